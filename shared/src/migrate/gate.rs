//! Judges what a database says of its schema against the steps that this binary knows.

use super::history::Record;
use super::{MigrateError, Step};

/// The steps that are still to be applied, in order.
pub fn pending<'a>(steps: &'a [Step], record: &Record) -> Vec<&'a Step> {
    steps.iter().filter(|step| !record.applied.contains(step.name())).collect()
}

/// The applied steps whose source is no longer what it was. A step that another tool applied has no digest to compare.
pub fn edited(steps: &[Step], record: &Record) -> Vec<String> {
    let differs = |step: &&Step| record.last.get(step.name()).is_some_and(|origin| origin.digest != step.digest());
    steps.iter().filter(|step| record.applied.contains(step.name())).filter(differs).map(named).collect()
}

/// The applied steps that this binary does not know.
pub fn unknown(steps: &[Step], record: &Record) -> Vec<String> {
    let known = |name: &str| steps.iter().any(|step| step.name() == name);
    record.applied.iter().filter(|name| !known(name.as_str())).cloned().collect()
}

/// Refuses a database that a newer binary has migrated: this one cannot know what its steps mean.
pub fn refuse_newer(steps: &[Step], record: &Record) -> Result<(), MigrateError> {
    let newer = unknown(steps, record);
    let Some(last) = newer.last() else { return Ok(()) };
    let version = record.last.get(last).map_or_else(|| "unknown".to_owned(), |origin| origin.version.clone());
    Err(MigrateError::DatabaseNewer { steps: newer, version })
}

/// Refuses a schema that was built from other sources than these.
pub fn refuse_edited(steps: &[Step], record: &Record) -> Result<(), MigrateError> {
    match edited(steps, record).into_iter().next() {
        Some(step) => Err(MigrateError::StepEdited { step }),
        None => Ok(()),
    }
}

/// Refuses a schema that is not complete.
pub fn refuse_pending(service: &'static str, steps: &[Step], record: &Record) -> Result<(), MigrateError> {
    let missing: Vec<String> = pending(steps, record).into_iter().map(named).collect();
    if missing.is_empty() { Ok(()) } else { Err(MigrateError::Pending { service, steps: missing }) }
}

fn named(step: &Step) -> String {
    step.name().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::example::{step, step_of};
    use crate::migrate::history::Origin;

    fn applied(steps: &[Step]) -> Record {
        let mut record = Record { installed: true, ..Record::default() };
        for step in steps {
            record.applied.insert(named(step));
            record.last.insert(named(step), Origin { digest: step.digest(), version: "1.2.3".to_owned() });
        }
        record
    }

    #[test]
    fn a_complete_schema_passes() {
        let steps = [step("m0000_a"), step("m0001_b")];
        let record = applied(&steps);
        assert!(refuse_newer(&steps, &record).is_ok());
        assert!(refuse_edited(&steps, &record).is_ok());
        assert!(refuse_pending("mint", &steps, &record).is_ok());
    }

    #[test]
    fn pending_steps_are_named_in_order() {
        let steps = [step("m0000_a"), step("m0001_b"), step("m0002_c")];
        let refused = refuse_pending("mint", &steps, &applied(&steps[..1])).expect_err("two are missing");
        assert!(refused.to_string().starts_with("mint: 2 steps pending (m0001_b, m0002_c)"));
    }

    #[test]
    fn an_edited_step_is_named() {
        let record = applied(&[step_of("m0000_a", "before")]);
        let now = [step_of("m0000_a", "after")];
        assert_eq!(edited(&now, &record), ["m0000_a"]);
        assert!(matches!(refuse_edited(&now, &record), Err(MigrateError::StepEdited { step }) if step == "m0000_a"));
    }

    #[test]
    fn a_step_of_another_tool_has_nothing_to_differ_from() {
        let mut record = applied(&[step("m0000_a")]);
        record.last.clear();
        assert!(edited(&[step_of("m0000_a", "whatever")], &record).is_empty());
    }

    #[test]
    fn a_newer_database_names_the_version_that_made_it_so() {
        let record = applied(&[step("m0000_a"), step("m0001_b")]);
        match refuse_newer(&[step("m0000_a")], &record) {
            Err(MigrateError::DatabaseNewer { steps, version }) => {
                assert_eq!(steps, ["m0001_b"]);
                assert_eq!(version, "1.2.3");
            }
            other => panic!("expected a refusal, got {other:?}"),
        }
    }
}
