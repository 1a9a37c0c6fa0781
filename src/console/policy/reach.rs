//! `policy who` and `policy what`: everybody who may, and everything that somebody may.

use super::super::out::Out;
use super::super::run::Failure;
use super::super::tree::Asked;
use super::Ground;

pub(super) async fn who(
    _: &Ground,
    _: &Asked,
    _asset: &str,
    _login: Option<&str>,
    _: &Out,
) -> Result<(), Failure> {
    Err(Failure("not built yet".into()))
}

pub(super) async fn what(_: &Ground, _: &Asked, _operator: &str, _: &Out) -> Result<(), Failure> {
    Err(Failure("not built yet".into()))
}
