//! The way to a login, as whoever gave a connection its place hears of it.

use std::net::IpAddr;

/// What a connection on its way to a login tells whoever gave it its place.
pub trait Approach: Send + Sync + 'static {
    /// The keys are exchanged: a client that means it.
    fn greeted(&self);
    /// It never got so far.
    fn silent(&self);
    /// One factor is proven, and somebody is there to be waited for.
    fn halfway(&self);
    /// Somebody is proven, from there: the place is given back.
    fn proven(&self, source: IpAddr);
}

/// For a connection that takes nobody's place.
impl Approach for () {
    fn greeted(&self) {}
    fn silent(&self) {}
    fn halfway(&self) {}
    fn proven(&self, _: IpAddr) {}
}
