//! The `juyong` program.

/// Packets come and go by the thousand: the system's allocator gives their pages back to the kernel and
/// faults them in again, which cost a tenth of the processor time of a transfer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    juyong::main()
}
