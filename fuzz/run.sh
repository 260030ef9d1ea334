#!/usr/bin/env bash
# fuzz/run.sh SECONDS [TARGET…]: builds the fuzz targets with coverage and address sanitizer on nightly and runs each for SECONDS.
# Seeds are the fixtures and fuzz/regressions; a finding goes to fuzz/artifacts and belongs into fuzz/regressions once mended.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET…]}; shift
targets=("$@"); ((${#targets[@]})) || targets=(asn1 cms x509 pdf_open pdf_diff pdf_revisions verify_any prepared)
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Zsanitizer=address -Ccodegen-units=1"
status=0
triple=$(rustc -vV | sed -n 's/^host: //p')
cargo +nightly build --release --target "$triple"
for target in "${targets[@]}"; do
  mkdir -p "corpus/$target" "artifacts/$target" "regressions/$target"
  case $target in
    x509) seeds=(../fixtures/pki) ;;
    pdf_diff) # what is behind the base of each gallery: base, form, and the rest
      number=0
      for base in base-table base-streams base-hybrid base-p1 base-p2 base-p3 form-mupdf-signed form-pdflib-signed; do
        size=$(stat -c %s "../fixtures/honest/$base/doc.pdf")
        for file in ../fixtures/*/*/doc.pdf; do
          if (($(stat -c %s "$file") > size)) && cmp -s -n "$size" "../fixtures/honest/$base/doc.pdf" "$file"; then
            { printf "\\x0$number\\0"; tail -c +$((size + 1)) "$file"; } > "corpus/$target/$(basename "$(dirname "$file")").raw"
          fi
        done
        number=$((number + 1))
      done
      seeds=() ;;
    pdf_open | pdf_revisions | verify_any) for file in ../fixtures/*/*/doc.pdf; do cp "$file" "corpus/$target/$(basename "$(dirname "$file")").pdf"; done; seeds=() ;;
    *) seeds=() ;;
  esac
  words=(); [[ $target == pdf_* ]] && words=(-dict=pdf.dict)
  echo "== $target"
  "target/$triple/release/$target" -max_total_time="$seconds" -timeout=${FUZZ_TIMEOUT:-10} -report_slow_units=1 -rss_limit_mb=2048 -max_len=${FUZZ_LENGTH:-262144} -print_final_stats=1 "${words[@]}" \
    -artifact_prefix="artifacts/$target/" "corpus/$target" "regressions/$target" "${seeds[@]}" 2>&1 | tail -25 || status=1
done
exit "$status"
