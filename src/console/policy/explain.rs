//! `policy explain`: one decision with everything that made it.

use super::super::out::Out;
use super::super::run::Failure;
use super::super::tree::Asked;
use super::Ground;

pub(super) async fn explain(
    _: &Ground,
    _: &Asked,
    _operator: &str,
    _asset: &str,
    _login: &str,
    _: &Out,
) -> Result<(), Failure> {
    Err(Failure("not built yet".into()))
}
