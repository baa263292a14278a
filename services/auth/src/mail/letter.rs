//! What a letter says: the template of its kind, as plain text and as a page, below the headers of a machine's letter.

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message as Letter};
use minijinja::value::Value;
use minijinja::{Environment, UndefinedBehavior, context};
use shared::config::ConfigError;
use shared::random;
use url::Url;

use crate::config::Config;
use crate::mail::{Message, Recipient};

const FORMS: [(&str, &str); 2] =
    [("txt", include_str!("templates/layout.txt")), ("html", include_str!("templates/layout.html"))];

/// The template of each kind, which fills the layouts of both forms.
macro_rules! templates {
    ($($kind:literal),+ $(,)?) => {
        [$(($kind, include_str!(concat!("templates/", $kind, ".jinja")))),+]
    };
}

const TEMPLATES: [(&str, &str); 14] = templates![
    "verify",
    "reset",
    "email-change",
    "code",
    "taken",
    "email-change-asked",
    "email-changed",
    "password-changed",
    "factors-changed",
    "recovery-codes-low",
    "new-device",
    "locked",
    "token-reused",
    "closed",
];

/// The longest line that is left as it is; RFC 5322 allows 998 bytes.
const LINE_MAX: usize = 900;

/// Writes letters.
pub struct Letters {
    templates: Environment<'static>,
    from: Mailbox,
    /// What links begin with, without a slash at the end.
    base: String,
}

impl Letters {
    /// Reads the templates and the settings that they need.
    ///
    /// # Errors
    /// `mail_from` or `public_url` is not what it should be.
    pub fn open(config: &Config) -> Result<Self, ConfigError> {
        let from = config.mail_from.parse::<Mailbox>().map_err(|error| {
            ConfigError(format!("mail_from must be like \"Azora <no-reply@example.org>\": {error}"))
        })?;
        let is_page = |url: &Url| matches!(url.scheme(), "http" | "https") && url.query().is_none();
        let base = Url::parse(&config.public_url).ok().filter(is_page).ok_or_else(|| {
            ConfigError("public_url must be an http:// or https:// address without a query".to_owned())
        })?;
        let unsound = |error: minijinja::Error| ConfigError(format!("a template of a message is not sound: {error}"));
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_trim_blocks(true);
        templates.set_lstrip_blocks(true);
        for (form, layout) in FORMS {
            // The ending of its name decides whether what a template prints is escaped.
            templates.add_template_owned(format!("layout.{form}"), layout).map_err(unsound)?;
            for (kind, template) in TEMPLATES {
                templates.add_template_owned(format!("{kind}.{form}"), template).map_err(unsound)?;
            }
        }
        Ok(Self { templates, from, base: base.as_str().trim_end_matches('/').to_owned() })
    }

    /// The letter, ready to be sent.
    ///
    /// # Errors
    /// The address is not one that mail can go to.
    pub fn write(&self, to: &Recipient, message: &Message) -> Result<Letter, Box<dyn std::error::Error + Send + Sync>> {
        let (kind, subject) = message.form();
        let name = Some(one_line(&to.name)).filter(|name| !name.is_empty() && !message.asks_for_proof());
        let values = context! { subject, name, base => self.base, ..self.values(message) };
        let render = |form: &str| {
            let layout = format!("layout.{form}");
            self.templates.get_template(&format!("{kind}.{form}"))?.render(context! { layout, ..values.clone() })
        };
        let (text, page) = (render("txt")?, render("html")?);
        let id = format!("<{}@{}>", random::hex::<16>(), self.from.email.domain());
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let letter = Letter::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, to.address.parse::<Address>()?))
            .subject(subject)
            .message_id(Some(id))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(ContentType::TEXT_PLAIN, text))
                    .singlepart(part(ContentType::TEXT_HTML, page)),
            )?;
        Ok(letter)
    }

    /// What the templates are filled with, beside what all of them know.
    fn values(&self, message: &Message) -> Value {
        let to_page =
            |page: &str, token: &str| context! { token, link => format!("{}/{page}?token={token}", self.base) };
        match message {
            Message::VerifyEmail { token } => to_page("verify-email", token),
            Message::ResetPassword { token } => to_page("reset-password", token),
            Message::ConfirmEmailChange { token } => to_page("confirm-email", token),
            Message::Code { code } => context! { code },
            Message::RecoveryCodesLow { left } => context! { left },
            Message::NewDevice { label, address } => context! { label => one_line(label), address },
            _ => context! {},
        }
    }
}

/// Text that people have written, in one line: nothing of it looks like a line of ours.
fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

/// One form of the letter: as it is where that can be sent, so that a file of it can be read and its link followed; else
/// quoted-printable, whose lines are longer than a token.
fn part(kind: ContentType, text: String) -> SinglePart {
    let part = SinglePart::builder().header(kind);
    if text.is_ascii() && text.lines().all(|line| line.len() <= LINE_MAX) {
        // Encoded already: left to itself, the builder breaks lines of more than 76 bytes.
        let lines = text.replace('\n', "\r\n").into_bytes();
        return part.body(Body::dangerous_pre_encoded(lines, ContentTransferEncoding::SevenBit));
    }
    part.header(ContentTransferEncoding::QuotedPrintable).body(text)
}

#[cfg(test)]
mod tests {
    use shared::id::UserId;
    use toml::Table;

    use super::*;

    const TOKEN: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn letters() -> Letters {
        let defaults: Table = include_str!("../../default.toml").parse().expect("TOML");
        Letters::open(&defaults.try_into().expect("every setting")).expect("sound")
    }

    fn alice(name: &str) -> Recipient {
        Recipient { user: UserId::new(), address: "alice@example.org".to_owned(), name: name.to_owned() }
    }

    fn written(name: &str, message: &Message) -> String {
        let letter = letters().write(&alice(name), message).expect("a letter");
        String::from_utf8(letter.formatted()).expect("ASCII")
    }

    fn every_message() -> Vec<Message> {
        let token = || TOKEN.to_owned();
        vec![
            Message::VerifyEmail { token: token() },
            Message::ResetPassword { token: token() },
            Message::ConfirmEmailChange { token: token() },
            Message::Code { code: "012345".to_owned() },
            Message::AddressTaken,
            Message::EmailChangeAsked,
            Message::EmailChanged,
            Message::PasswordChanged,
            Message::FactorsChanged,
            Message::RecoveryCodesLow { left: 2 },
            Message::NewDevice { label: "a phone".to_owned(), address: "192.0.2.7".to_owned() },
            Message::AccountLocked,
            Message::TokenReused,
            Message::AccountClosed,
        ]
    }

    #[test]
    fn every_kind_has_a_template_and_every_template_a_kind() {
        let kinds: Vec<&str> = every_message().iter().map(|message| message.form().0).collect();
        assert_eq!(kinds, TEMPLATES.map(|(kind, _)| kind));
    }

    #[test]
    fn every_message_says_something_in_both_forms_and_that_a_machine_wrote_it() {
        for message in every_message() {
            let (kind, subject) = message.form();
            let text = written("Alice Adams", &message);
            assert!(text.contains(&format!("Subject: {subject}\r\n")), "{kind}: {text}");
            assert!(text.contains("Auto-Submitted: auto-generated\r\n"), "{kind}");
            assert!(text.contains("\r\nHello") && text.contains("<p>Hello"), "{kind}: {text}");
            assert!(!text.contains("{{") && !text.contains("{%"), "{kind}: {text}");
        }
    }

    #[test]
    fn links_begin_with_the_public_url_and_the_token_stands_in_a_line_of_its_own() {
        for (message, page) in every_message().iter().zip(["verify-email", "reset-password", "confirm-email"]) {
            let text = written("Alice", message);
            let link = format!("http://localhost:3000/{page}?token={TOKEN}");
            assert!(text.contains(&format!("\r\n{link}\r\n")), "{text}");
            assert!(text.contains(&format!("href=\"{link}\"")), "{text}");
            assert!(text.contains(&format!("\r\ntoken: {TOKEN}\r\n")), "{text}");
        }
        let text = written("Alice", &Message::Code { code: "012345".to_owned() });
        assert!(text.contains("\r\ncode: 012345\r\n"), "{text}");
    }

    #[test]
    fn names_in_any_script_leave_token_and_code_in_one_piece() {
        let name = "Θέμβα ".repeat(16);
        let text = written(&name, &Message::ResetPassword { token: TOKEN.to_owned() });
        assert!(text.contains(&format!("\r\ntoken: {TOKEN}\r\n")), "{text}");
        let text = written(&name, &Message::Code { code: "012345".to_owned() });
        assert!(text.contains("\r\ncode: 012345\r\n"), "{text}");
    }

    #[test]
    fn what_people_write_is_never_part_of_the_page_or_the_template() {
        let label = "<b>{{ base }}</b>".to_owned();
        let message = Message::NewDevice { label, address: "192.0.2.7".to_owned() };
        let text = written("<b>Alice</b>", &message);
        let page = text.split("<!doctype html>").nth(1).expect("a page");
        assert!(!page.contains("<b>"), "{page}");
        assert!(page.contains("Hello &lt;b&gt;Alice"), "{page}");
        assert!(page.contains("&lt;b&gt;{{ base }}"), "{page}");
    }

    #[test]
    fn a_name_does_not_become_a_header_or_a_line() {
        let name = "Alice\r\nBcc: eve@example.org\r\n\r\ntoken: none";
        let letter = letters().write(&alice(name), &Message::PasswordChanged).expect("a letter");
        assert_eq!(letter.envelope().to().len(), 1);
        let text = String::from_utf8(letter.formatted()).expect("ASCII");
        assert!(!text.lines().any(|line| line.starts_with("Bcc:") || line.starts_with("token:")), "{text}");
        assert!(text.contains("Hello Alice Bcc: eve@example.org token: none,"), "{text}");
    }

    #[test]
    fn an_address_with_more_than_an_address_in_it_gets_no_letter() {
        for address in ["alice@example.org\r\nBcc: eve@example.org", "alice@example.org, eve@example.org", "alice"] {
            let to = Recipient { address: address.to_owned(), ..alice("Alice") };
            assert!(letters().write(&to, &Message::PasswordChanged).is_err(), "{address}");
        }
    }

    #[test]
    fn nothing_that_a_stranger_wrote_goes_to_an_address_that_is_not_proved() {
        for message in every_message().iter().filter(|message| message.asks_for_proof()) {
            assert!(!written("Win at evil.example", message).contains("evil"));
        }
    }
}
