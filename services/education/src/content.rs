//! What a module consists of: lessons, and assessments with their questions and answer keys. It is stored as one
//! document, and this is the only place that knows an answer key; what leaves it without one is decided by `shown`.

use proto::Vocabulary;
use proto::azora::education::v1::{self as api, LessonKind, QuestionKind};
use sea_orm::FromJsonQueryResult;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shared::hundredths::Hundredths;
use shared::word::Word;

use crate::config::Config;
use crate::id::ModuleId;

mod reading;

pub use reading::read;

/// The content of one module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Content {
    /// In order.
    #[serde(default)]
    pub lessons: Vec<Lesson>,
    /// In order.
    #[serde(default)]
    pub assessments: Vec<Assessment>,
}

/// One lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// Unique within the module.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it is made of.
    #[serde(with = "as_word")]
    pub kind: Word<LessonKind>,
    /// The text itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Where the material is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Size of the material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<i64>,
    /// Digest of the material, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Minutes that it takes.
    pub minutes: i32,
}

/// A test of what the module taught.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Unique within the module.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// Percent of the points needed to pass; `settled` fills it in before it is stored.
    pub pass_mark: Option<Percent>,
    /// How often it may be tried; `settled` fills it in before it is stored.
    pub attempts: Option<i32>,
    /// Minutes for one attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit_minutes: Option<i32>,
    /// In order.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Unique within the assessment.
    pub id: String,
    /// How it is answered.
    #[serde(with = "as_word")]
    pub kind: Word<QuestionKind>,
    /// What is asked.
    pub prompt: String,
    /// What can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The right answer.
    pub answer_key: String,
    /// How far a number may lie from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<String>,
    /// For the right answer.
    pub points: i32,
    /// Why it is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

/// A percent inside the document: decimal text, as in the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(pub Hundredths);

/// Who looks at a module's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The course's instructor, an administrator, a service: everything.
    Whole,
    /// A learner: no answer keys, no explanations.
    WithoutKeys,
    /// Somebody who has no place in a course that has a price: nothing.
    Withheld,
}

impl Content {
    /// With what the author left open taken from the settings, so that a changed setting changes no assessment that
    /// somebody is at.
    #[must_use]
    pub fn settled(mut self, config: &Config) -> Self {
        for assessment in &mut self.assessments {
            assessment.pass_mark.get_or_insert(Percent(config.pass_mark()));
            assessment.attempts.get_or_insert(config.assessment_attempts);
        }
        self
    }

    /// As the contract shows it to `view`; `None` if it is withheld.
    #[must_use]
    pub fn shown(self, module: ModuleId, view: View) -> Option<api::ModuleContent> {
        let with_keys = match view {
            View::Whole => true,
            View::WithoutKeys => false,
            View::Withheld => return None,
        };
        Some(api::ModuleContent {
            lessons: self.lessons.into_iter().map(Into::into).collect(),
            assessments: self.assessments.into_iter().map(|test| test.shown(module, with_keys)).collect(),
        })
    }
}

impl From<Lesson> for api::Lesson {
    fn from(lesson: Lesson) -> Self {
        Self {
            id: lesson.id,
            title: lesson.title,
            kind: lesson.kind.number(),
            body: lesson.body.unwrap_or_default(),
            url: lesson.url.unwrap_or_default(),
            size_bytes: lesson.bytes.unwrap_or_default(),
            sha256: lesson.sha256.unwrap_or_default(),
            minutes: lesson.minutes,
        }
    }
}

impl Assessment {
    fn shown(self, module: ModuleId, with_keys: bool) -> api::Assessment {
        api::Assessment {
            id: format!("{module}.{}", self.key),
            key: self.key,
            title: self.title,
            pass_mark: self.pass_mark.map(|mark| mark.0.to_string()).unwrap_or_default(),
            attempts: self.attempts.unwrap_or_default(),
            time_limit_minutes: self.time_limit_minutes.unwrap_or_default(),
            questions: self.questions.into_iter().map(|question| question.shown(with_keys)).collect(),
        }
    }
}

impl Question {
    fn shown(self, with_keys: bool) -> api::Question {
        let reveal = |text: String| if with_keys { text } else { String::new() };
        api::Question {
            id: self.id,
            kind: self.kind.number(),
            prompt: self.prompt,
            options: self.options,
            answer_key: reveal(self.answer_key),
            tolerance: self.tolerance.unwrap_or_default(),
            points: self.points,
            explanation: reveal(self.explanation.unwrap_or_default()),
        }
    }
}

/// Words of the contract inside the document, as in columns.
mod as_word {
    use super::{Deserialize, Deserializer, Error, Serializer, Vocabulary, Word};

    pub fn serialize<E: Vocabulary, S: Serializer>(word: &Word<E>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(word.text())
    }

    pub fn deserialize<'de, E: Vocabulary, D: Deserializer<'de>>(deserializer: D) -> Result<Word<E>, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<E>().map(Word).map_err(|_unknown| D::Error::custom(format!("{text:?} is not a word of the enum")))
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Hundredths::parse(&text).map(Self).ok_or_else(|| D::Error::custom(format!("{text:?} is not a percent")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn content() -> Content {
        let question = Question {
            id: "q1".to_owned(),
            kind: Word(QuestionKind::TrueFalse),
            prompt: "Is it?".to_owned(),
            options: Vec::new(),
            answer_key: "true".to_owned(),
            tolerance: None,
            points: 2,
            explanation: Some("It is.".to_owned()),
        };
        let lesson = Lesson {
            id: "one".to_owned(),
            title: "One".to_owned(),
            kind: Word(LessonKind::Text),
            body: None,
            url: None,
            bytes: None,
            sha256: None,
            minutes: 5,
        };
        let assessment = Assessment {
            key: "check".to_owned(),
            title: "Check".to_owned(),
            pass_mark: Some(Percent(Hundredths(7050))),
            attempts: Some(3),
            time_limit_minutes: None,
            questions: vec![question],
        };
        Content { lessons: vec![lesson], assessments: vec![assessment] }
    }

    #[test]
    fn the_document_reads_as_the_data_model_says() {
        let stored = serde_json::to_value(content()).unwrap();
        assert_eq!(
            stored,
            json!({
                "lessons": [{"id": "one", "title": "One", "kind": "text", "minutes": 5}],
                "assessments": [{
                    "key": "check", "title": "Check", "pass_mark": "70.5", "attempts": 3,
                    "questions": [{
                        "id": "q1", "kind": "true_false", "prompt": "Is it?", "answer_key": "true", "points": 2,
                        "explanation": "It is.",
                    }],
                }],
            })
        );
        assert_eq!(serde_json::from_value::<Content>(stored).unwrap(), content());
    }

    #[test]
    fn a_learner_sees_neither_keys_nor_explanations() {
        let module = ModuleId::new();
        let seen = |view| content().shown(module, view).map(|shown| format!("{shown:?}"));
        assert!(seen(View::Whole).is_some_and(|shown| shown.contains("It is.")));
        assert!(seen(View::WithoutKeys).is_some_and(|shown| !shown.contains("It is.") && !shown.contains("\"true\"")));
        assert_eq!(seen(View::Withheld), None);
    }

    #[test]
    fn an_assessment_is_known_by_module_and_key() {
        let module = ModuleId::new();
        let shown = content().shown(module, View::WithoutKeys).unwrap();
        assert_eq!(shown.assessments[0].id, format!("{module}.check"));
    }

    #[test]
    fn what_the_author_left_open_is_filled_in_and_what_was_said_stays() {
        let config = Config { seconds_per_record_max: 1, pass_mark: 60, assessment_attempts: 5 };
        let mut open = content();
        open.assessments[0].pass_mark = None;
        let settled = open.settled(&config);
        assert_eq!(settled.assessments[0].pass_mark, Some(Percent(Hundredths(6000))));
        assert_eq!(settled.assessments[0].attempts, Some(3));
    }
}
