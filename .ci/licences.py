#!/usr/bin/env python3
"""Checks the licences and sources of all dependencies against .ci/deny.toml, for machines without cargo-deny."""
import json
import subprocess
import sys
import tomllib
from pathlib import Path

rules = tomllib.loads((Path(__file__).parent / "deny.toml").read_text())
allowed, denied = set(rules["licenses"]["allow"]), {entry["crate"] for entry in rules["bans"]["deny"]}
metadata = json.loads(subprocess.run(["cargo", "metadata", "--locked", "--format-version=1", "--all-features"], check=True, capture_output=True).stdout)
resolved = {node["id"] for node in metadata["resolve"]["nodes"]}


def holds(expression):
    """An SPDX expression with OR, AND and parentheses; `/` is the old OR."""
    words = expression.replace("/", " OR ").replace("(", " ( ").replace(")", " ) ").split()

    def either():
        value = both()
        while words and words[0] == "OR":
            words.pop(0)
            value = both() or value
        return value

    def both():
        value = one()
        while words and words[0] == "AND":
            words.pop(0)
            value = one() and value
        return value

    def one():
        word = words.pop(0)
        if word == "(":
            value = either()
            words.pop(0)
            return value
        if words and words[0] == "WITH":
            word = f"{word} {words.pop(0)} {words.pop(0)}"
        return word in allowed

    return either()


problems, count = [], 0
for package in metadata["packages"]:
    if package["id"] not in resolved or package["source"] is None:
        continue
    count += 1
    if not package["license"] or not holds(package["license"]):
        problems.append(f"{package['name']} {package['version']}: licence {package['license']}")
    if not package["source"].startswith("registry+https://github.com/rust-lang/crates.io-index"):
        problems.append(f"{package['name']} {package['version']}: source {package['source']}")
    if package["name"] in denied:
        problems.append(f"{package['name']} {package['version']}: banned")
print(f"{count} dependencies, {len(problems)} problems")
print("\n".join(problems))
sys.exit(bool(problems or not count))
