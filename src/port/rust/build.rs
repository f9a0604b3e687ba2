// SPDX-License-Identifier: MIT OR Apache-2.0
// Compiles the C core and this crate's glue for the target, without any other
// crate: the compiler is CC_<target>, CC, or by the target's name.
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Tools {
    cc: String,
    ar: String,
    flags: Vec<String>,
}

fn tools(target: &str) -> Tools {
    let riscv = target.starts_with("riscv32") || target.starts_with("riscv64");
    let named = format!("CC_{}", target.replace('-', "_"));
    let prefix = if riscv { "riscv64-unknown-elf-" } else { "" };
    let cc = env::var(named)
        .or_else(|_| env::var("CC"))
        .unwrap_or(format!("{prefix}{}", if riscv { "gcc" } else { "cc" }));
    let ar = env::var("AR").unwrap_or(format!("{prefix}ar"));
    let mut flags = Vec::new();
    if riscv {
        // riscv32imac-unknown-none-elf: the first part is the architecture.
        let name = target.split('-').next().unwrap_or("");
        let march = name.replacen("riscv", "rv", 1);
        let wide = march.starts_with("rv64");
        let hard = march.contains('g') || march.contains('d');
        let mabi = match (wide, hard) {
            (true, true) => "lp64d",
            (true, false) => "lp64",
            (false, _) if march.contains("rv32e") => "ilp32e",
            (false, _) if march.contains('f') => "ilp32f",
            (false, _) => "ilp32",
        };
        flags.push(format!("-march={march}"));
        flags.push(format!("-mabi={mabi}"));
        flags.push("-mcmodel=medany".to_string());
    }
    Tools { cc, ar, flags }
}

fn lock() -> &'static str {
    let locks = ["IRQ", "SPIN", "PTHREAD", "NONE"];
    let chosen: Vec<&str> = locks
        .into_iter()
        .filter(|l| env::var_os(format!("CARGO_FEATURE_{l}")).is_some())
        .collect();
    match chosen[..] {
        [one] => one,
        _ => panic!(
            "acre: choose exactly one of the features irq, spin, pthread, none, not {}: \
             cargo build --no-default-features --features irq",
            chosen.len()
        ),
    }
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|e| {
        panic!("acre: cannot start {command:?}: {e}; install it, or name another with CC and AR")
    });
    assert!(status.success(), "acre: failed: {command:?}");
}

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let target = env::var("TARGET").expect("cargo sets TARGET");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let tools = tools(&target);
    let mut sources = vec![
        Path::new(env!("CARGO_MANIFEST_DIR")).join("glue.c"),
        root.join("src/port/guarded.c"),
    ];
    for entry in std::fs::read_dir(root.join("src/region")).expect("acre: src/region is missing") {
        let path = entry.expect("acre: src/region cannot be read").path();
        if path.extension().map_or(false, |e| e == "c") {
            sources.push(path);
        }
    }
    sources.sort();
    let archive = out.join("libacre_rust.a");
    let _ = std::fs::remove_file(&archive);
    let mut ar = Command::new(&tools.ar);
    ar.arg("rcsD").arg(&archive);
    for source in &sources {
        let object = out.join(source.file_stem().expect("a file")).with_extension("o");
        let mut cc = Command::new(&tools.cc);
        cc.args(&tools.flags)
            .args(["-std=c11", "-O2", "-fno-tree-loop-distribute-patterns"])
            .args(["-ffunction-sections", "-fdata-sections", "-fPIC"])
            .arg(format!("-DACRE_LOCK=ACRE_LOCK_{}", lock()))
            .arg("-I")
            .arg(root.join("include"))
            .arg("-c")
            .arg("-o")
            .arg(&object)
            .arg(source);
        // pthread.h is for hosted programs; all else needs no C library.
        if lock() != "PTHREAD" {
            cc.arg("-ffreestanding");
        }
        run(&mut cc);
        ar.arg(object);
        println!("cargo:rerun-if-changed={}", source.display());
    }
    run(&mut ar);
    println!("cargo:rerun-if-changed={}", root.join("include").display());
    println!("cargo:rerun-if-changed={}", root.join("src/region").display());
    println!("cargo:rustc-link-search=native={}", out.display());
    println!("cargo:rustc-link-lib=static=acre_rust");
}
