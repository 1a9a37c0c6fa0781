//! Numbers beside what they should be.

#[derive(Debug, Clone, Copy)]
enum Target {
    Least(f64),
    Most(f64),
    Below(f64),
    None,
}

/// A number beside what it should be.
pub(crate) struct Verdict {
    pub(crate) what: String,
    pub(crate) value: f64,
    target: Target,
}

impl Verdict {
    fn new(what: &str, value: f64, target: Target) -> Self {
        Self { what: what.to_owned(), value, target }
    }

    pub(crate) fn least(what: &str, value: f64, target: f64) -> Self {
        Self::new(what, value, Target::Least(target))
    }

    pub(crate) fn most(what: &str, value: f64, target: f64) -> Self {
        Self::new(what, value, Target::Most(target))
    }

    pub(crate) fn below(what: &str, value: f64, target: f64) -> Self {
        Self::new(what, value, Target::Below(target))
    }

    /// A number that is only told.
    pub(crate) fn only(what: &str, value: f64) -> Self {
        Self::new(what, value, Target::None)
    }

    pub(crate) fn met(&self) -> bool {
        match self.target {
            Target::Least(least) => self.value >= least,
            Target::Most(most) => self.value <= most,
            Target::Below(limit) => self.value < limit,
            Target::None => true,
        }
    }

    pub(crate) fn target(&self) -> String {
        match self.target {
            Target::Least(least) => format!("≥ {least}"),
            Target::Most(most) => format!("≤ {most}"),
            Target::Below(limit) => format!("< {limit}"),
            Target::None => String::new(),
        }
    }

    pub(crate) fn line(&self) -> String {
        let met = match (self.target, self.met()) {
            (Target::None, _) => "",
            (_, true) => "met",
            (_, false) => "**missed**",
        };
        format!("| {} | {:.2} | {} | {met} |", self.what, self.value, self.target())
    }
}
