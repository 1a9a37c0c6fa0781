//! `policy diff`: what a change of policy changes in effect.

use super::super::out::Out;
use super::super::run::Failure;
use super::super::tree::Place;
use super::Setting;
use crate::policy::Policy;
use crate::session::Services;

pub(super) async fn show(_old: &Policy, _new: &Policy, _: &Setting, _: &Out) -> Result<(), Failure> {
    Err(Failure("not built yet".into()))
}

pub(super) async fn run(
    _: &Services,
    _old: &Place,
    _new: Option<&Place>,
    _replay: Option<&str>,
    _: &Out,
) -> Result<(), Failure> {
    Err(Failure("not built yet".into()))
}
