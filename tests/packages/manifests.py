#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Checks the package files that no tool on this machine reads.

manifests.py ROOT WORK        checks all, raises with the reason
manifests.py --sources FOLDER prints the sources that FOLDER/library.json selects
manifests.py --flags FOLDER   and the flags, with paths that do not depend on a folder
"""
import fnmatch
import glob
import json
import os
import re
import sys

TEXT = {"type": "string", "minLength": 1}
LIST = {"type": "array", "items": TEXT, "minItems": 1}

# What the three systems' own documentation allows, as far as acre uses it; a
# key that is not listed is a mistake.
IDF = {
    "type": "object", "additionalProperties": False, "required": ["version", "description", "license"],
    "properties": {
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"}, "description": TEXT, "license": TEXT,
        "dependencies": {"type": "object", "required": ["idf"]},
        "targets": {"type": "array", "items": {"type": "string", "pattern": "^esp32[a-z0-9]*$"}},
        "files": {"type": "object", "additionalProperties": False, "properties": {"include": LIST, "exclude": LIST}},
    },
}
ZEPHYR = {
    "type": "object", "additionalProperties": False, "required": ["name", "build"],
    "properties": {
        "name": TEXT,
        "build": {"type": "object", "additionalProperties": False, "required": ["cmake", "kconfig"],
                  "properties": {"cmake": TEXT, "kconfig": TEXT}},
    },
}
PLATFORMIO = {
    "type": "object", "additionalProperties": False,
    "required": ["name", "version", "description", "keywords", "license", "build"],
    "properties": {
        "name": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "description": {"type": "string", "maxLength": 255}, "keywords": LIST, "license": TEXT,
        "frameworks": TEXT, "platforms": TEXT, "headers": LIST,
        "build": {"type": "object", "additionalProperties": False,
                  "properties": {"includeDir": TEXT, "srcDir": TEXT, "srcFilter": LIST, "flags": LIST}},
        "export": {"type": "object", "additionalProperties": False, "properties": {"include": LIST, "exclude": LIST}},
    },
}


def pio_sources(root):
    """srcFilter as PlatformIO reads it: +<pattern> and -<pattern> in turn, below srcDir."""
    build = json.load(open(os.path.join(root, "library.json")))["build"]
    top = os.path.join(root, build["srcDir"])
    files = sorted(os.path.relpath(os.path.join(d, f), top) for d, _, fs in os.walk(top) for f in fs if f.endswith(".c"))
    chosen = set()
    for rule in build["srcFilter"]:
        sign, pattern = re.fullmatch(r"([+-])<(.*)>", rule).groups()
        if pattern.endswith("/"):
            pattern += "*"
        hit = {f for f in files if fnmatch.fnmatch(f, pattern)}
        assert hit, f"library.json: srcFilter {rule} selects nothing below {build['srcDir']}"
        chosen = chosen | hit if sign == "+" else chosen - hit
    return [os.path.join(top, f) for f in sorted(chosen)]


def pio_flags(root):
    """Flags and includeDir, as the library itself and its users have them."""
    build = json.load(open(os.path.join(root, "library.json")))["build"]
    flags = [f"-I{os.path.join(root, f[2:])}" if f.startswith("-I") else f for f in build["flags"]]
    return flags + [f"-I{os.path.join(root, build['includeDir'])}"]


def check_versions(root):
    found = {}
    for name, pattern in (("CMakeLists.txt", r"project\(acre VERSION ([\d.]+)"), ("idf_component.yml", r'version: "([\d.]+)"'),
                          ("library.json", r'"version": "([\d.]+)"'),
                          ("src/front/library.json", r'"version": "([\d.]+)"'), ("src/port/rust/Cargo.toml", r'\nversion = "([\d.]+)"')):
        match = re.search(pattern, open(os.path.join(root, name)).read())
        found[name] = match.group(1) if match else "none"
    assert len(set(found.values())) == 1, f"the version must be the same everywhere: {found}"
    return found["library.json"]


def check_kconfig(root, work):
    """The Kconfig file in a tree with the symbols of Zephyr that it asks for."""
    import kconfiglib
    top = os.path.join(work, "Kconfig")
    for riscv, smp, expected in (("y", "n", "ACRE_LOCK_IRQ"), ("y", "y", "ACRE_LOCK_SPIN"), ("n", "n", "ACRE_LOCK_NONE")):
        with open(top, "w") as file:
            file.write(f"config RISCV\n\tdef_bool {riscv}\nconfig SMP\n\tdef_bool {smp}\n"
                       f'source "{root}/src/port/zephyr/Kconfig"\n')
        kconf = kconfiglib.Kconfig(top, warn_to_stderr=False)
        assert not kconf.warnings, f"src/port/zephyr/Kconfig: {kconf.warnings}"
        assert kconf.syms["ACRE"].str_value == "n", "CONFIG_ACRE must be off unless asked for"
        kconf.syms["ACRE"].set_value("y")
        kconf.syms["ACRE_FRONTS"].set_value("y")
        kconf.syms["ACRE_LIBC"].set_value("y")
        assert kconf.syms["ACRE_FRONT_LEVEL"].str_value == "0" and kconf.syms["ACRE_LIBC"].str_value == "y"
        chosen = [s for s in kconf.syms if s.startswith("ACRE_LOCK_") and kconf.syms[s].str_value == "y"]
        assert chosen == [expected], f"RISCV={riscv} SMP={smp}: lock {chosen}, expected {expected}"


def main():
    if sys.argv[1] in ("--sources", "--flags"):
        print("\n".join((pio_sources if sys.argv[1] == "--sources" else pio_flags)(sys.argv[2])))
        return
    import jsonschema
    import yaml
    root, work = sys.argv[1:]
    idf = yaml.safe_load(open(f"{root}/idf_component.yml"))
    zephyr = yaml.safe_load(open(f"{root}/zephyr/module.yml"))
    libraries = [(f"{root}/library.json", f"{root}/include"), (f"{root}/src/front/library.json", f"{root}/src/front/*")]
    pio = [(json.load(open(path)), headers) for path, headers in libraries]
    for what, schema in [(idf, IDF), (zephyr, ZEPHYR)] + [(p, PLATFORMIO) for p, _ in pio]:
        jsonschema.validate(what, schema)
    for path in (zephyr["build"]["cmake"] + "/CMakeLists.txt", zephyr["build"]["kconfig"]):
        assert os.path.isfile(os.path.join(root, path)), f"zephyr/module.yml names {path}, which is not there"
    for library, headers in pio:
        for header in library["headers"]:
            assert glob.glob(f"{headers}/{header}"), f"library.json of {library['name']} names {header}, which is not there"
    check_kconfig(root, work)
    print(f"packages: manifests of ESP-IDF, Zephyr and PlatformIO are well-formed, version {check_versions(root)}")


main()
