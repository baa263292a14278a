//! The documented rows, as the files in `data/` state them.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;
use shared::id::named;

/// The request id of one row: the same in every run, so that a repeat gets the first answer.
#[must_use]
pub fn request_id(row: &str) -> String {
    named(row).to_string()
}

/// A person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The address to log in with.
    pub email: String,
    /// How they are called.
    pub name: String,
    /// A word of `Role`.
    pub role: String,
    /// A town.
    pub location: String,
    /// An IANA name.
    pub timezone: String,
    /// BCP 47.
    pub language: String,
    /// In their own words.
    pub bio: String,
}

/// What education gets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Education {
    /// The student's record.
    pub student: Student,
    /// Courses by label.
    pub course: BTreeMap<String, Course>,
    /// Modules of the first course, in order of label.
    pub module: BTreeMap<String, Module>,
    /// The student's place.
    pub enrollment: Enrollment,
}

/// The student's record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Student {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// School grade.
    pub grade: String,
    /// ISO 3166-1.
    pub country: String,
}

/// A course.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// Its natural key, with the instructor.
    pub title: String,
    /// AZR.
    pub price: String,
    /// Hours.
    pub duration_hours: i32,
    /// A word of `Level`.
    pub level: String,
    /// What it is about, in a word or two.
    pub category: String,
    /// What it is about, in sentences.
    pub description: String,
}

/// A module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// Its natural key, within the course.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Minutes it takes.
    pub minutes: i32,
    /// Titles of its lessons.
    pub lessons: Vec<String>,
    /// The questions of its one assessment.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is asked.
    pub prompt: String,
    /// What can be chosen.
    pub options: Vec<String>,
    /// What is right.
    pub answer: String,
}

/// The student's place in a course.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrollment {
    /// Label of the course.
    pub course: String,
    /// Why it costs nothing.
    pub grant_reason: String,
    /// Label of the module that was begun.
    pub module: String,
    /// Time spent in it.
    pub seconds: i32,
}

/// What mint gets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mint {
    /// What everybody gets.
    pub bonus: Bonus,
    /// The student's.
    pub student: Opening,
    /// The educator's.
    pub educator: Opening,
    /// The employer's.
    pub employer: Opening,
}

/// What everybody gets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bonus {
    /// AZR.
    pub amount: String,
    /// Its natural key.
    pub reason: String,
}

/// What a wallet began with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// AZR.
    pub opening: String,
    /// Its natural key.
    pub opening_reason: String,
    /// AZR from the mining pool.
    pub reward: Option<String>,
    /// Its natural key.
    pub reward_reason: Option<String>,
}

/// What forge gets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forge {
    /// Jobs by label.
    pub job: BTreeMap<String, Job>,
    /// The student's skills and history.
    pub profile: Profile,
}

/// A job.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Its natural key, with the employer.
    pub title: String,
    /// AZR.
    pub budget: String,
    /// What it takes.
    pub skills: Vec<String>,
    /// What it is about, in a word or two.
    pub category: String,
    /// Days from today's midnight UTC; none = no deadline.
    pub deadline_days: Option<i64>,
    /// What it is about, in sentences.
    pub description: String,
}

/// Skills and history.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the student says.
    pub skills: Vec<String>,
    /// Jobs done elsewhere.
    pub opening_jobs: i32,
    /// Stars in all.
    pub opening_rating_sum: i32,
    /// Ratings.
    pub opening_rating_count: i32,
    /// AZR.
    pub opening_earned: String,
}

/// What sapiens gets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sapiens {
    /// A session that is over.
    pub session: Session,
    /// A path with its first step done.
    pub path: Path,
}

/// A session.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Its natural key, with the student.
    pub topic: String,
    /// Label of the course.
    pub course: String,
    /// A word of `Level`.
    pub level: String,
    /// How long it took.
    pub minutes: i32,
    /// What was said.
    pub messages: Vec<Message>,
}

/// What was said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// user or assistant.
    pub role: String,
    /// The words.
    pub content: String,
}

/// A path.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// What it leads through.
    pub subject: String,
    /// Its natural key, with the student.
    pub title: String,
    /// From here.
    pub current_level: String,
    /// To there.
    pub target_level: String,
    /// Hours.
    pub estimated_hours: i32,
    /// In order.
    pub steps: Vec<Step>,
    /// Minutes each.
    pub minutes_per_step: i32,
}

/// A step.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// When it is done.
    pub criterion: String,
}

/// Everything documented.
#[derive(Debug)]
pub struct Documented {
    /// People by label: student, educator, employer.
    pub people: BTreeMap<String, Person>,
    /// What education gets.
    pub education: Education,
    /// What mint gets.
    pub mint: Mint,
    /// What forge gets.
    pub forge: Forge,
    /// What sapiens gets.
    pub sapiens: Sapiens,
}

impl Documented {
    /// Reads the files that are compiled in.
    ///
    /// # Errors
    /// A file is malformed, which a test would have told.
    pub fn read() -> Result<Self> {
        Ok(Self {
            people: toml::from_str(include_str!("../data/auth.toml"))?,
            education: toml::from_str(include_str!("../data/education.toml"))?,
            mint: toml::from_str(include_str!("../data/mint.toml"))?,
            forge: toml::from_str(include_str!("../data/forge.toml"))?,
            sapiens: toml::from_str(include_str!("../data/sapiens.toml"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_are_the_same_everywhere() {
        assert_eq!(request_id("auth/student"), "ea1935f3-5b52-5d34-975f-5d3a1ec8b551");
        assert_eq!(request_id("education/python"), "bb3e12f5-86d9-51c1-a69f-10f5d1656c24");
    }

    #[test]
    fn the_files_are_well_formed() {
        let documented = Documented::read().expect("well-formed");
        assert_eq!(documented.people.len(), 3);
    }
}
