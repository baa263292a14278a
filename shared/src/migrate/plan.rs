//! What there is to do: from the steps, the record of what is applied and what was asked for to a list of steps. No
//! database is needed to decide it.

use std::time::Duration;

use super::history::Record;
use super::{Direction, MigrateError, Step, gate};

/// How far to go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// So many steps, or all that there are.
    Steps(u32),
    /// To a step, which itself stays applied.
    To(String),
}

/// What a schema is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// `postgres` or `sqlite`.
    pub backend: &'static str,
    /// The known steps that are applied, in order.
    pub applied: Vec<String>,
    /// The steps that are still to be applied, in order.
    pub pending: Vec<String>,
    /// The applied steps whose source has changed since.
    pub edited: Vec<String>,
    /// The applied steps that this binary does not know.
    pub unknown: Vec<String>,
}

/// A step that would be applied or undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep {
    /// `m0001_wallets`.
    pub name: String,
    /// The first line of its file.
    pub purpose: String,
    /// Why it cannot be undone, if it cannot.
    pub irreversible: Option<&'static str>,
    /// Whether it runs outside a transaction.
    pub outside_transaction: bool,
}

/// A step that was applied or undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// `m0001_wallets`.
    pub name: String,
    /// How long it took.
    pub duration: Duration,
}

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub enum Order<'a> {
    /// Apply what is pending, up to a step or to the end.
    Up(Option<&'a str>),
    /// Go back.
    Down(&'a Target),
}

impl Order<'_> {
    pub fn direction(self) -> Direction {
        match self {
            Self::Up(_) => Direction::Up,
            Self::Down(_) => Direction::Down,
        }
    }
}

impl From<&Step> for PlannedStep {
    fn from(step: &Step) -> Self {
        Self {
            name: step.name().to_owned(),
            purpose: step.purpose().to_owned(),
            irreversible: step.irreversible,
            outside_transaction: step.stands_alone(),
        }
    }
}

impl Status {
    pub(super) fn new(steps: &[Step], record: &Record, backend: &'static str) -> Self {
        let (applied, pending): (Vec<&Step>, Vec<&Step>) =
            steps.iter().partition(|step| record.applied.contains(step.name()));
        let names = |steps: Vec<&Step>| steps.into_iter().map(|step| step.name().to_owned()).collect();
        Self {
            backend,
            applied: names(applied),
            pending: names(pending),
            edited: gate::edited(steps, record),
            unknown: gate::unknown(steps, record),
        }
    }
}

/// The steps that an order comes to, in the order in which they are to be taken.
pub fn steps_of<'a>(order: Order<'_>, steps: &'a [Step], record: &Record) -> Result<Vec<&'a Step>, MigrateError> {
    match order {
        Order::Up(to) => up(steps, record, to),
        Order::Down(target) => down(steps, record, target),
    }
}

fn up<'a>(steps: &'a [Step], record: &Record, to: Option<&str>) -> Result<Vec<&'a Step>, MigrateError> {
    let end = match to {
        Some(name) => place(steps, name)? + 1,
        None => steps.len(),
    };
    gate::refuse_newer(steps, record)?;
    gate::refuse_edited(steps, record)?;
    Ok(gate::pending(&steps[..end], record))
}

fn down<'a>(steps: &'a [Step], record: &Record, target: &Target) -> Result<Vec<&'a Step>, MigrateError> {
    let (after, most) = match target {
        Target::To(name) => (place(steps, name)? + 1, usize::MAX),
        Target::Steps(most) => (0, usize::try_from(*most).unwrap_or(usize::MAX)),
    };
    gate::refuse_newer(steps, record)?;
    let applied = steps[after..].iter().rev().filter(|step| record.applied.contains(step.name()));
    let back: Vec<&Step> = applied.take(most).collect();
    for step in &back {
        if let Some(why) = step.irreversible {
            return Err(MigrateError::Irreversible { step: step.name().to_owned(), why });
        }
    }
    Ok(back)
}

fn place(steps: &[Step], name: &str) -> Result<usize, MigrateError> {
    steps.iter().position(|step| step.name() == name).ok_or_else(|| MigrateError::UnknownStep {
        name: name.to_owned(),
        valid: steps.iter().map(|step| step.name().to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::example::step;

    fn three() -> Vec<Step> {
        vec![step("m0000_a"), step("m0001_b"), step("m0002_c")]
    }

    fn with(applied: &[&str]) -> Record {
        Record { applied: applied.iter().map(|name| (*name).to_owned()).collect(), ..Record::default() }
    }

    fn names(steps: &[&Step]) -> Vec<String> {
        steps.iter().map(|step| step.name().to_owned()).collect()
    }

    #[test]
    fn up_takes_what_is_missing_up_to_the_named_step() {
        let steps = three();
        assert_eq!(names(&up(&steps, &with(&["m0000_a"]), None).expect("a plan")), ["m0001_b", "m0002_c"]);
        assert_eq!(names(&up(&steps, &with(&[]), Some("m0001_b")).expect("a plan")), ["m0000_a", "m0001_b"]);
        assert!(up(&steps, &with(&["m0000_a", "m0001_b", "m0002_c"]), None).expect("a plan").is_empty());
    }

    #[test]
    fn a_step_that_was_left_out_is_made_up_for() {
        let steps = three();
        assert_eq!(names(&up(&steps, &with(&["m0000_a", "m0002_c"]), None).expect("a plan")), ["m0001_b"]);
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_valid_ones() {
        for refused in
            [up(&three(), &with(&[]), Some("m9")).err(), down(&three(), &with(&[]), &Target::To("m9".into())).err()]
        {
            match refused {
                Some(MigrateError::UnknownStep { name, valid }) => {
                    assert_eq!(name, "m9");
                    assert_eq!(valid, ["m0000_a", "m0001_b", "m0002_c"]);
                }
                other => panic!("expected a refusal, got {other:?}"),
            }
        }
    }

    #[test]
    fn down_goes_back_from_the_newest() {
        let steps = three();
        let all = with(&["m0000_a", "m0001_b", "m0002_c"]);
        assert_eq!(names(&down(&steps, &all, &Target::Steps(2)).expect("a plan")), ["m0002_c", "m0001_b"]);
        assert_eq!(names(&down(&steps, &all, &Target::To("m0001_b".into())).expect("a plan")), ["m0002_c"]);
        assert_eq!(down(&steps, &all, &Target::Steps(9)).expect("a plan").len(), 3);
        assert!(down(&steps, &all, &Target::Steps(0)).expect("a plan").is_empty());
    }

    #[test]
    fn the_way_back_stops_before_what_cannot_be_undone() {
        let steps = vec![step("m0000_a"), step("m0001_b").irreversible("the old texts are gone"), step("m0002_c")];
        let all = with(&["m0000_a", "m0001_b", "m0002_c"]);
        assert_eq!(names(&down(&steps, &all, &Target::Steps(1)).expect("a plan")), ["m0002_c"]);
        match down(&steps, &all, &Target::Steps(2)) {
            Err(MigrateError::Irreversible { step, why }) => {
                assert_eq!(step, "m0001_b");
                assert_eq!(why, "the old texts are gone");
            }
            other => panic!("expected a refusal, got {other:?}"),
        }
    }

    #[test]
    fn neither_way_leads_through_a_newer_database() {
        let newer = with(&["m0000_a", "m0009_z"]);
        assert!(matches!(up(&three(), &newer, None), Err(MigrateError::DatabaseNewer { .. })));
        assert!(matches!(down(&three(), &newer, &Target::Steps(1)), Err(MigrateError::DatabaseNewer { .. })));
    }

    #[test]
    fn a_status_tells_the_steps_apart() {
        let status = Status::new(&three(), &with(&["m0000_a", "m0009_z"]), "sqlite");
        assert_eq!(status.applied, ["m0000_a"]);
        assert_eq!(status.pending, ["m0001_b", "m0002_c"]);
        assert_eq!(status.unknown, ["m0009_z"]);
        assert!(status.edited.is_empty());
    }
}
