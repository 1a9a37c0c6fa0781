//! `policy plan-document`: the security control plan of the policy, for people.

use super::super::out::Out;
use super::super::run::Failure;
use super::Ground;

pub(super) async fn write(_: &Ground, _language: Option<&str>, _: &Out) -> Result<(), Failure> {
    Err(Failure("not built yet".into()))
}
