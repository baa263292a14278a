//! Sends what is written to a database at once.
//!
//! sqlx 0.9.0 opens its connections without TCP_NODELAY (mended after that release: transact-rs/sqlx 4336). What does not fit
//! into one TLS record then waits until the server has acknowledged the first one, which it puts off for 40 ms: a batch of
//! 64 movements took 0.2 s more. The connections cannot be reached through sqlx; with its next release this file goes.

use std::fs;
use std::os::fd::RawFd;

/// Sets TCP_NODELAY on every TCP connection of this process; those of gRPC have it already.
pub fn set() {
    let Ok(open) = fs::read_dir("/dev/fd") else { return };
    for name in open.flatten().map(|entry| entry.file_name()) {
        if let Some(fd) = name.to_str().and_then(|name| name.parse().ok()) {
            set_on(fd);
        }
    }
}

#[expect(unsafe_code, reason = "no safe call takes a descriptor that somebody else owns")]
fn set_on(fd: RawFd) {
    let on: libc::c_int = 1;
    let size = libc::socklen_t::try_from(size_of_val(&on)).unwrap_or_default();
    // SAFETY: the kernel reads `size` bytes of `on` during the call, and refuses a descriptor that is closed or no TCP socket.
    let _refused = unsafe { libc::setsockopt(fd, libc::IPPROTO_TCP, libc::TCP_NODELAY, (&raw const on).cast(), size) };
}
