//! The `juyong` program.

fn main() -> std::process::ExitCode {
    juyong::main()
}
