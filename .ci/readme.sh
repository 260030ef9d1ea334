#!/usr/bin/env bash
# Runs the README's first command as it is written there, and looks at what it says. The second is part of .ci/run.
set -euo pipefail
command=$(grep -m1 '^cargo run' README.md | sed 's/ *#.*//')
echo "$command"
output=$(KYSO_TRUST_DIR=/nonexistent LC_ALL=C.UTF-8 KYSO_LANG=en bash -c "$command")
echo "$output"
grep -q 'letter.pdf: VALID' <<<"$output"
