//! The clerk's page: the cases of a day, in both languages.

use super::*;
use crate::message::{Language, Locale};
use crate::verify::{Policy, Style, explain_check, judge};

const ENGLISH: Locale = Locale::new(Language::English, Zone::VIETNAM);
const VIETNAMESE: Locale = Locale::new(Language::Vietnamese, Zone::VIETNAM);

#[track_caller]
fn assert_page(facts: &Facts, locale: Locale, expected: &str) {
    let page = judge(facts, &Policy::basic(), noon()).to_text(&locale);
    assert_eq!(page, expected, "\n{page}");
}

#[test]
fn valid() {
    assert_page(
        &perfect(),
        ENGLISH,
        "\
GXN-123.pdf: VALID — 1 signature, nothing changed since signing
 ✓ 1  Nguyễn Văn A, UBND phường Ví Dụ
      signed       2026-11-23 16:28:29 +07:00 (signer’s own clock)
      covers       the whole document
      certificate  in date until 2060-01-01; not revoked (CRL 2026-11-23 16:28
                   +07:00)
      trusted via  Kyso Test Root CA
",
    );
    assert_page(
        &perfect(),
        VIETNAMESE,
        "\
GXN-123.pdf: HỢP LỆ — 1 chữ ký số, nội dung không thay đổi từ khi ký
 ✓ 1  Nguyễn Văn A, UBND phường Ví Dụ
      ký lúc       23/11/2026 16:28:29 +07:00 (theo máy của người ký)
      phạm vi ký   toàn bộ văn bản
      chứng thư    còn hạn đến 01/01/2060; chưa bị thu hồi (CRL 23/11/2026 16:28
                   +07:00)
      tin cậy qua  Kyso Test Root CA
",
    );
}

#[test]
fn broken() {
    let mut facts = perfect();
    first_cms(&mut facts).content = Match::Differs;
    assert_page(
        &facts,
        ENGLISH,
        "\
GXN-123.pdf: INVALID — the signed content is not what was signed
 ✗ 1  names Nguyễn Văn A, UBND phường Ví Dụ (not proven)
      why          the file was altered or damaged inside the signed part
                   [content.digest]
 What to do: do not use this file. Ask the sender for the original file again
             (download it from the issuing system; do not print, scan or re-save
             it).
",
    );
    assert_page(
        &facts,
        VIETNAMESE,
        "\
GXN-123.pdf: KHÔNG HỢP LỆ — nội dung đã ký không còn nguyên vẹn
 ✗ 1  ghi tên Nguyễn Văn A, UBND phường Ví Dụ (không chứng minh được)
      lý do        phần đã ký trong tệp bị sửa hoặc bị hỏng  [content.digest]
 Cần làm: không dùng tệp này. Đề nghị người gửi gửi lại tệp gốc (tải thẳng từ hệ
          thống ban hành; không in, quét hoặc lưu lại bằng phần mềm khác).
",
    );
}

#[test]
fn issuer_not_known() {
    let mut path = path(&["unknown", "sub-unknown"]);
    path.anchored = false;
    path.steps[0].revocation = None;
    let facts = facts(vec![signature("unknown", "Sig1")], vec![path]);
    assert_page(
        &facts,
        ENGLISH,
        "\
GXN-123.pdf: UNCERTAIN — the signature fits, but its issuer is not known on this computer
 ? 1  says Phạm Văn C, UBND phường Ví Dụ (anyone can write this name)
      signed       2026-11-23 16:28:29 +07:00 (signer’s own clock)
      covers       the whole document, unchanged
      why          “Some Unknown CA” is not in your trust store  [chain.anchor]
 What to do: do not accept yet. See which issuers are trusted: kyso trust list
             Only if your IT officer confirms this issuer: kyso trust add FILE
",
    );
    assert_page(
        &facts,
        VIETNAMESE,
        "\
GXN-123.pdf: CHƯA ĐỦ CĂN CỨ KẾT LUẬN — chữ ký khớp nội dung, nhưng máy này không biết nơi cấp chứng thư
 ? 1  ghi là Phạm Văn C, UBND phường Ví Dụ (ai cũng có thể ghi tên này)
      ký lúc       23/11/2026 16:28:29 +07:00 (theo máy của người ký)
      phạm vi ký   toàn bộ văn bản, không thay đổi
      lý do        “Some Unknown CA” không có trong kho tin cậy  [chain.anchor]
 Cần làm: chưa tiếp nhận. Xem danh sách nơi cấp được tin cậy: kyso trust list
          Chỉ khi cán bộ CNTT xác nhận nơi cấp này mới thêm: kyso trust add TỆP
",
    );
}

#[test]
fn certificate_out_of_date() {
    let facts = facts(vec![signature("expired", "Sig1")], vec![path(&["expired", "sub-rsa", "root-rsa"])]);
    assert_page(
        &facts,
        ENGLISH,
        "\
GXN-123.pdf: UNCERTAIN — the certificate had run out; nothing proves an earlier signing time
 ? 1  Trần Thị B, UBND phường Ví Dụ
      signed       2026-11-23 16:28:29 +07:00 (signer’s own clock: after the
                   certificate’s last day)
      certificate  2020-01-01 to 2022-01-01  [certificate.in_date]
 What to do: ask the agency to sign again with a current certificate.
",
    );
    assert_page(
        &facts,
        VIETNAMESE,
        "\
GXN-123.pdf: CHƯA ĐỦ CĂN CỨ KẾT LUẬN — chứng thư đã hết hạn, không có gì chứng minh đã ký trước đó
 ? 1  Trần Thị B, UBND phường Ví Dụ
      ký lúc       23/11/2026 16:28:29 +07:00 (theo máy của người ký: sau ngày
                   chứng thư hết hạn)
      chứng thư    từ 01/01/2020 đến 01/01/2022  [certificate.in_date]
 Cần làm: đề nghị cơ quan ban hành ký lại bằng chứng thư còn hạn.
",
    );
}

#[test]
fn changed_after_signing() {
    let mut facts = perfect();
    changed_page(&mut facts);
    assert_page(
        &facts,
        ENGLISH,
        "\
GXN-123.pdf: INVALID — the document was changed after it was signed
 ✗ 1  Nguyễn Văn A, UBND phường Ví Dụ
      signed       2026-11-23 16:28:29 +07:00 (signer’s own clock)
      covers       version 1 of 2
      why          version 2 puts new content on page 1  [later.page_content]
 What to do: do not use this file. To see what was signed:
             kyso inspect --save-signed 1 -o signed.pdf GXN-123.pdf
",
    );
    assert_page(
        &facts,
        VIETNAMESE,
        "\
GXN-123.pdf: KHÔNG HỢP LỆ — văn bản đã bị thay đổi sau khi ký
 ✗ 1  Nguyễn Văn A, UBND phường Ví Dụ
      ký lúc       23/11/2026 16:28:29 +07:00 (theo máy của người ký)
      phạm vi ký   bản 1 trong 2 bản có trong tệp
      lý do        bản 2 thêm nội dung mới vào trang 1  [later.page_content]
 Cần làm: không dùng tệp này. Muốn xem đúng nội dung đã ký:
          kyso inspect --save-signed 1 -o da-ky.pdf GXN-123.pdf
",
    );
}

#[test]
fn unsigned() {
    let mut facts = facts(Vec::new(), Vec::new());
    assert_page(
        &facts,
        ENGLISH,
        "\
GXN-123.pdf: NO SIGNATURE — a picture of a seal or a signature is not a digital signature
 What to do: ask the sender for the file with the digital signature itself.
",
    );
    facts = perfect();
    first(&mut facts).unsigned = true;
    first(&mut facts).cms = None;
    assert_page(
        &facts,
        VIETNAMESE,
        "\
GXN-123.pdf: KHÔNG HỢP LỆ — chỗ ký đã được chuẩn bị nhưng chưa ai ký
 ✗ 1  ô ký “Sig1” chưa được ký
      lý do        đã có chỗ dành cho chữ ký nhưng chưa có chữ ký
                   [format.not_signed]
 Cần làm: đề nghị người ký hoàn tất việc ký rồi gửi lại tệp.
",
    );
}

#[test]
fn later_changes_that_are_allowed_are_said_as_clerks_know_it() {
    let mut facts = perfect();
    changed(&mut facts, ChangeLevel::FormFilling, Message::new(id::LATER_FIELD_FILLED).with("field", "So").with("revision", 2_u64));
    let page = judge(&facts, &Policy::basic(), noon()).to_text(&VIETNAMESE);
    let expected = "GXN-123.pdf: HỢP LỆ — 1 chữ ký số; nội dung đã ký số chưa bị thay đổi. Tuy nhiên, tài liệu đã có những thay đổi trong giới hạn cho phép\n";
    assert!(page.starts_with(expected), "{page}");
}

#[test]
fn what_was_added_later_is_told_apart() {
    for (level, message, sentence, covers) in [
        (
            ChangeLevel::LongTermData,
            id::LATER_VALIDATION_DATA,
            "nothing changed since signing",
            "later only data for checking it in the future was added",
        ),
        (ChangeLevel::FormFilling, id::LATER_SIGNATURE_ADDED, "only signatures were added", "later only signatures were added"),
        (
            ChangeLevel::FormFilling,
            id::LATER_FIELD_FILLED,
            "later changes stay within what is allowed",
            "later changes stay within what is allowed",
        ),
    ] {
        let mut facts = perfect();
        changed(&mut facts, level, Message::new(message).with("revision", 2_u64).with("field", "B"));
        let page = judge(&facts, &Policy::basic(), noon()).to_styled_text(&ENGLISH, Style::plain());
        let mut lines = page.lines();
        assert!(lines.next().unwrap().ends_with(sentence), "{page}");
        assert!(page.contains(&format!("covers       version 1 of 2; {covers}\n")), "{page}");
    }
}

#[test]
fn of_several_signatures_the_first_line_says_how_many_are_bad() {
    let path = || path(&["an", "sub-rsa", "root-rsa"]);
    let mut facts = facts(vec![signature("an", "A"), signature("an", "B")], vec![path(), path()]);
    let headline = |facts: &Facts| judge(facts, &Policy::basic(), noon()).headline(&ENGLISH, Style::default());
    assert_eq!(headline(&facts), "GXN-123.pdf: VALID — 2 signatures, nothing changed since signing");
    facts.document.signatures[1].cms.as_mut().unwrap().content = Match::Differs;
    assert_eq!(headline(&facts), "GXN-123.pdf: INVALID — 1 of 2 signatures: the signed content is not what was signed");
}

#[test]
fn what_lacks_room_is_counted() {
    let mut facts = perfect();
    for id in [id::CMS_ATTRIBUTES_DER, id::CMS_ISSUER_SERIAL, id::CMS_TRAILING_DATA, id::FORMAT_TWO_FIELDS] {
        first_cms(&mut facts).findings.push(Message::new(id));
    }
    let page = judge(&facts, &Policy::basic(), noon()).to_styled_text(&ENGLISH, Style::plain());
    assert_eq!(page.lines().count(), 8, "{page}");
    assert!(page.contains("and 3 more: kyso verify --explain GXN-123.pdf"), "{page}");
}

#[test]
fn marks_have_forms_in_ascii() {
    let mut facts = perfect();
    first_cms(&mut facts).content = Match::Differs;
    let style = Style::plain().with_ascii(true);
    let page = judge(&facts, &Policy::basic(), noon()).to_styled_text(&ENGLISH, style);
    assert!(page.starts_with("GXN-123.pdf: INVALID - the signed"), "{page}");
    assert!(page.contains("\n [X]  1  names "), "{page}");
    assert!(page.contains("\n         why          the file"), "{page}");
}

#[test]
fn colour_is_on_the_verdict_and_the_mark_alone() {
    let page = judge(&perfect(), &Policy::basic(), noon()).to_styled_text(&ENGLISH, Style::plain().with_color(true));
    assert!(page.starts_with("GXN-123.pdf: \u{1b}[1;32mVALID\u{1b}[0m — 1 signature"), "{page}");
    assert_eq!(page.matches('\u{1b}').count(), 4, "{page}");
    let plain = judge(&perfect(), &Policy::basic(), noon()).to_styled_text(&ENGLISH, Style::plain());
    assert_eq!(page.replace("\u{1b}[1;32m", "").replace("\u{1b}[0m", ""), plain);
}

#[test]
fn lines_keep_to_the_width_and_hostile_names_to_their_place() {
    let mut facts = perfect();
    facts.name = Some("a\n\u{1b}[2Jb.pdf".to_owned());
    first_cms(&mut facts).content_digest_algorithm = Some(DigestAlgorithm::Sha1);
    for width in [40, 60, 80] {
        for locale in [ENGLISH, VIETNAMESE] {
            let page = judge(&facts, &Policy::basic(), noon()).to_styled_text(&locale, Style::default().with_width(Some(width)));
            assert!(page.starts_with("aU+000AU+001B[2Jb.pdf: "), "{page}");
            for line in page.lines().skip(1) {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn a_file_name_with_spaces_is_one_word_of_the_command() {
    let mut facts = perfect();
    facts.name = Some("công văn số 1.pdf".to_owned());
    changed_page(&mut facts);
    let page = judge(&facts, &Policy::basic(), noon()).to_styled_text(&ENGLISH, Style::plain());
    assert!(page.contains("-o signed.pdf 'công văn số 1.pdf'\n"), "{page}");
}

#[test]
fn every_outcome_that_is_not_valid_says_what_to_do() {
    let mut unknown = perfect();
    first(&mut unknown).findings.push(serde_json::from_str(r#"{"id":"format.of_the_future"}"#).unwrap());
    let stamped = facts(vec![timestamp("an")], vec![path(&["an", "sub-rsa", "root-rsa"])]);
    let mut missing = perfect();
    first(&mut missing).cms = None;
    for facts in [unknown, stamped, missing] {
        let page = judge(&facts, &Policy::basic(), noon()).to_text(&VIETNAMESE);
        assert!(page.contains("\n Cần làm: "), "{page}");
        assert!(!page.contains("Cần làm: \n"), "{page}");
    }
}

#[test]
fn explaining_names_every_check_and_its_outcome() {
    let mut facts = perfect();
    first_cms(&mut facts).content = Match::Differs;
    let report = judge(&facts, &Policy::basic(), noon());
    let text = report.explain(&ENGLISH, Style::plain());
    assert!(text.lines().count() > 60, "{text}");
    let line = text.lines().find(|line| line.contains("content.digest")).unwrap();
    assert!(line.starts_with("   ✗ content.digest"), "{line}");
    assert!(line.ends_with("does not hold (decides): the file was altered or damaged inside the signed part"), "{line}");
}

#[test]
fn a_check_is_explained_by_its_id() {
    let text = explain_check("chain.anchor", &ENGLISH, Style::default()).unwrap();
    assert!(text.starts_with("chain.anchor  (RFC 5280 6.1, EN 319 102-1 5.2.6)\n Anybody can make"), "{text}");
    assert!(text.contains("\n What to do: do not accept yet."), "{text}");
    assert_eq!(explain_check("no.such", &ENGLISH, Style::default()), None);
}
