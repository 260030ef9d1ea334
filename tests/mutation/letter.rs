//! A letter that has one of everything: what is shared between pages and form, what leads nowhere, what is only there for one reader.

/// The number of the catalog.
pub(crate) const CATALOG: u32 = 1;
/// The number of the document information.
pub(crate) const INFORMATION: u32 = 50;

/// What is referred to and is not there: free entries, which someone may fill.
pub(crate) const FREE: std::ops::RangeInclusive<u32> = 90..=97;

/// The objects, by number.
pub(crate) fn objects() -> Vec<(u32, String)> {
    let mut objects = [pages(), fonts(), pictures(), form(), annotations(), rest()].concat();
    objects.sort();
    objects
}

fn own(objects: &[(u32, &str)]) -> Vec<(u32, String)> {
    objects.iter().map(|(number, body)| (*number, (*body).to_owned())).collect()
}

fn stream(number: u32, entries: &str, content: &str) -> (u32, String) {
    (number, format!("<< {entries} /Length {} >>\nstream\n{content}\nendstream", content.len()))
}

fn pages() -> Vec<(u32, String)> {
    let mut objects = own(&[
        (
            1,
            "<< /Type /Catalog /Pages 2 0 R /AcroForm 20 0 R /Metadata 51 0 R /StructTreeRoot 52 0 R /MarkInfo << /Marked true >> \
             /OCProperties << /OCGs [18 0 R 19 0 R] /D << /ON [18 0 R] /OFF [19 0 R] /Order [18 0 R 19 0 R] >> >> \
             /Names << /Dests << /Names [(a) [3 0 R /Fit]] >> >> /Outlines 55 0 R /PageLabels << /Nums [0 << /S /D >>] >> /Lang (vi) >>",
        ),
        (2, "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 420 595] /Resources << /Font << /F1 10 0 R /F2 11 0 R >> >> >>"),
        (
            3,
            "<< /Type /Page /Parent 2 0 R /Contents [5 0 R 6 0 R] /Annots 29 0 R /StructParents 0 /Resources << \
             /Font << /F1 10 0 R /F2 11 0 R >> /XObject << /X1 13 0 R /X2 15 0 R /Im 14 0 R /X9 90 0 R >> /ExtGState << /GS 16 0 R >> \
             /Pattern << /P1 17 0 R >> /Properties << /G 18 0 R /H 19 0 R /M 50 0 R >> /ColorSpace << /CS 34 0 R >> >> >>",
        ),
        (4, "<< /Type /Page /Parent 2 0 R /Contents 7 0 R /Resources 8 0 R /Annots [27 0 R 28 0 R 45 0 R 91 0 R] /Group 92 0 R >>"),
        (8, "<< /Font << /F1 10 0 R >> /XObject << /X1 13 0 R /X8 93 0 R >> /ExtGState << /GS 16 0 R >> >>"),
    ]);
    objects.push(stream(
        5,
        "",
        "BT /F1 14 Tf 40 560 Td (UY BAN NHAN DAN PHUONG VI DU) Tj 0 -30 Td (Muc ho tro: 1.000.000 dong) Tj ET\n\
         /Artifact /M BDC /GS gs 0.9 0.9 1 rg 40 480 200 20 re f EMC",
    ));
    objects.push(stream(
        6,
        "",
        "/X1 Do /OC /G BDC BT /F1 10 Tf 0 g 40 450 Td (Chi co gia tri khi nop thue) Tj ET EMC\n\
         /OC /H BDC BT /F1 10 Tf 40 435 Td (An di) Tj ET EMC BT /F2 20 Tf 40 400 Td (ab) Tj ET\n\
         q 40 0 0 40 340 500 cm /Im Do Q /Pattern cs /P1 scn 300 440 60 40 re f /CS cs 0.5 scn 300 400 60 30 re f /X9 Do /X2 Do",
    ));
    objects.push(stream(7, "", "BT /F1 12 Tf 40 560 Td (Trang hai) Tj ET /X8 Do /X1 Do"));
    objects
}

fn fonts() -> Vec<(u32, String)> {
    let mut objects = own(&[
        (10, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding 12 0 R >>"),
        (
            11,
            "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 98 /Widths [1 1] \
             /Encoding << /Type /Encoding /Differences [97 /square /line] >> /CharProcs << /square 32 0 R /line 33 0 R >> /Resources << >> >>",
        ),
        (12, "<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [48 /zero] >>"),
        (34, "[/Separation /Seal /DeviceRGB 35 0 R]"),
        (35, "<< /FunctionType 2 /Domain [0 1] /C0 [1 1 1] /C1 [0.8 0 0] /N 1 >>"),
    ]);
    objects.push(stream(32, "", "1 0 d0 0 0 0.8 0.8 re f"));
    objects.push(stream(33, "", "1 0 d0 0 0 0.8 0.2 re f"));
    objects
}

fn pictures() -> Vec<(u32, String)> {
    let mut objects = own(&[(16, "<< /Type /ExtGState /ca 1 /CA 1 >>"), (18, "<< /Type /OCG /Name (Dieu kien) >>")]);
    objects.extend(own(&[(19, "<< /Type /OCG /Name (An) >>")]));
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 420 595] /Resources << /Font << /F1 10 0 R >> /XObject << /X7 94 0 R >> >>";
    objects.push(stream(13, form, "0.8 0 0 RG 250 520 60 40 re S BT /F1 10 Tf 0 g 255 535 Td (CON DAU) Tj ET"));
    objects.push(stream(15, &format!("{form} /OC 18 0 R"), "0 0.6 0 rg 40 370 100 10 re f /X7 Do"));
    objects.push(stream(
        14,
        "/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /ASCIIHexDecode",
        "00 80 C0 40>",
    ));
    objects.push(stream(
        17,
        "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 10 10] /XStep 10 /YStep 10 /Resources << >>",
        "0 0 1 rg 0 0 5 5 re f",
    ));
    objects
}

fn form() -> Vec<(u32, String)> {
    let mut objects = own(&[
        (
            20,
            "<< /Fields [21 0 R 22 0 R 23 0 R 26 0 R 27 0 R 28 0 R 97 0 R] /SigFlags 0 /DA (/F1 12 Tf 0 g) /DR << /Font << /F1 10 0 R /F3 46 0 R >> >> >>",
        ),
        (
            21,
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (So) /V (123) /Rect [70 300 250 320] /F 4 /P 3 0 R /DA (/F1 12 Tf 0 g) /AP << /N 36 0 R >> >>",
        ),
        (
            22,
            "<< /Type /Annot /Subtype /Widget /FT /Btn /T (Dong_y) /V /Off /AS /Off /Rect [260 300 280 320] /F 4 /P 3 0 R /MK << /CA (4) >> \
             /AP << /N << /Yes 37 0 R /Off 38 0 R >> >> >>",
        ),
        (23, "<< /FT /Btn /Ff 49152 /T (Chon) /V /Off /Kids [24 0 R 25 0 R] >>"),
        (
            24,
            "<< /Type /Annot /Subtype /Widget /Parent 23 0 R /AS /Off /Rect [290 300 310 320] /F 4 /P 3 0 R /AP << /N << /A 37 0 R /Off 38 0 R >> >> >>",
        ),
        (
            25,
            "<< /Type /Annot /Subtype /Widget /Parent 23 0 R /AS /Off /Rect [320 300 340 320] /F 4 /P 3 0 R /AP << /N << /B 37 0 R /Off 38 0 R >> >> >>",
        ),
        (26, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (ChuTich) /Rect [230 200 390 260] /F 4 /P 3 0 R >>"),
        (
            27,
            "<< /Type /Annot /Subtype /Widget /FT /Ch /T (Noi) /V (Hue) /Opt [(Hue) (Vinh)] /Rect [70 300 250 320] /F 4 /P 4 0 R /DA (/F1 12 Tf 0 g) /AP 39 0 R >>",
        ),
        (28, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (CoQuan) /Rect [230 100 390 160] /F 4 /P 4 0 R /MK << /BC [0 0 1] >> >>"),
        (29, "[21 0 R 22 0 R 24 0 R 25 0 R 26 0 R 40 0 R 41 0 R 42 0 R 43 0 R 44 0 R]"),
        (39, "<< /N 31 0 R >>"),
        (46, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"),
    ]);
    let form = "/Type /XObject /Subtype /Form /Resources << /Font << /F1 10 0 R >> /XObject << /X6 95 0 R >> >>";
    objects.push(stream(36, &format!("{form} /BBox [0 0 180 20]"), "/Tx BMC q BT /F1 12 Tf 0 g 2 5 Td (123) Tj ET Q EMC /X6 Do"));
    objects.push(stream(37, &format!("{form} /BBox [0 0 20 20]"), "0 0 1 rg 4 4 12 12 re f"));
    objects.push(stream(38, &format!("{form} /BBox [0 0 20 20]"), "0 g 1 1 18 18 re S"));
    objects.push(stream(31, &format!("{form} /BBox [0 0 180 20]"), "/Tx BMC q BT /F1 12 Tf 0 g 2 5 Td (Hue) Tj ET Q EMC"));
    objects
}

fn annotations() -> Vec<(u32, String)> {
    own(&[
        (
            40,
            "<< /Type /Annot /Subtype /Text /Rect [380 560 400 580] /Contents (Ghi chu) /F 4 /P 3 0 R /Popup 44 0 R /AP << /N 37 0 R >> >>",
        ),
        (41, "<< /Type /Annot /Subtype /Link /Rect [40 380 140 400] /Border [0 0 0] /Dest [4 0 R /Fit] >>"),
        (
            42,
            "<< /Type /Annot /Subtype /FreeText /Rect [150 340 300 360] /Contents (Da xem) /DA (/F1 10 Tf 0 g) /F 4 /P 3 0 R /AP << /N 31 0 R >> >>",
        ),
        (43, "<< /Type /Annot /Subtype /Stamp /Rect [60 100 160 160] /F 4 /P 3 0 R /AP << /N 13 0 R >> >>"),
        (44, "<< /Type /Annot /Subtype /Popup /Rect [380 500 400 550] /Parent 40 0 R /P 3 0 R >>"),
        (45, "<< /Type /Annot /Subtype /Square /Rect [60 100 160 160] /F 4 /C [1 0 0] /P 4 0 R /AP << /N 96 0 R >> >>"),
    ])
}

fn rest() -> Vec<(u32, String)> {
    let mut objects = own(&[
        (50, "<< /Title (Giay xac nhan) /CreationDate (D:20261123080000+07'00') >>"),
        (52, "<< /Type /StructTreeRoot /K 53 0 R /ParentTree 54 0 R /ParentTreeNextKey 1 >>"),
        (53, "<< /Type /StructElem /S /Document /P 52 0 R /K [] >>"),
        (54, "<< /Nums [0 56 0 R] >>"),
        (55, "<< /Type /Outlines /Count 0 >>"),
        (56, "[53 0 R]"),
        (57, "<< /Type /Page /Parent 2 0 R /Contents 58 0 R /Resources << /Font << /F1 10 0 R >> >> >>"),
        (59, "<< /Type /Catalog /Pages 60 0 R >>"),
        (60, "<< /Type /Pages /Kids [57 0 R] /Count 1 /MediaBox [0 0 420 595] >>"),
    ]);
    objects.push(stream(
        51,
        "/Type /Metadata /Subtype /XML",
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'/><?xpacket end='w'?>",
    ));
    objects.push(stream(58, "", "BT /F1 14 Tf 40 560 Td (Muc ho tro: 9.000.000 dong) Tj ET"));
    objects
}
