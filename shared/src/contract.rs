//! What the `.proto` files say about each RPC, read once from the embedded descriptors: who may call it, whether it
//! changes anything, and which of its fields carry a meaning of their own.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use prost::encoding::{self, DecodeContext, WireType, decode_key, skip_field};
use prost::{DecodeError, Name};
use prost_reflect::{
    DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor, Value,
};
use prost_types::Timestamp;
use proto::azora::common::v1::{Access, Caller, Sensitivity};

use crate::error::{Error, Result};
use crate::json::Json;

/// One RPC of the contract.
#[derive(Debug)]
pub struct Method {
    /// `/azora.mint.v1.MintService/CreateWallet`.
    pub path: String,
    /// `CreateWallet`.
    pub name: String,
    /// `azora.mint.v1.MintService`.
    pub service: String,
    /// `mint.wallet.create`: what audit entries call it.
    pub action: String,
    /// `wallet`: the kind of thing it acts on.
    pub resource: String,
    /// Who may call it; `None` means nobody.
    pub access: Option<Access>,
    /// Whether it changes anything.
    pub mutates: bool,
    /// The numbers of the fields that `Call` reads.
    pub request_id: Option<u32>,
    /// `page_size`, of a list.
    pub page_size: Option<u32>,
    /// `page_token`, of a list.
    pub page_token: Option<u32>,
    /// The request.
    pub input: MessageDescriptor,
    /// The response.
    pub output: MessageDescriptor,
}

impl Method {
    fn read(method: &MethodDescriptor) -> Self {
        let service = method.parent_service().full_name().to_owned();
        // azora.mint.v1.MintService -> mint
        let short = service.split('.').nth(1).unwrap_or_default().to_owned();
        let (verb, resource) = verb_and_resource(method.name());
        let number = |name: &str| method.input().get_field_by_name(name).map(|field| field.number());
        Self {
            path: format!("/{service}/{}", method.name()),
            name: method.name().to_owned(),
            action: format!("{short}.{resource}.{verb}"),
            access: access(method),
            mutates: !no_side_effects(method),
            request_id: number("request_id"),
            page_size: number("page_size"),
            page_token: number("page_token"),
            input: method.input(),
            output: method.output(),
            service,
            resource,
        }
    }

    /// Whether anybody may call it, without a token.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.access.as_ref().is_some_and(|access| access.callers().any(|caller| caller == Caller::Public))
    }

    /// Whether a session that has ended within the last seconds must not get in.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.access.as_ref().is_some_and(|access| access.fresh)
    }

    /// What an API key needs for it: `mint:read`, `mint:write`.
    #[must_use]
    pub fn scope(&self) -> String {
        let package = self.action.split('.').next().unwrap_or_default();
        format!("{package}:{}", if self.mutates { "write" } else { "read" })
    }

    /// The RPC's name in snake case: the name of its file.
    #[must_use]
    pub fn file_name(&self) -> String {
        words(&self.name).join("_")
    }
}

/// Every file of the contract.
pub static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the bytes are compiled in; a test reads them")]
    DescriptorPool::decode(proto::DESCRIPTORS).expect("the embedded descriptors decode")
});

static METHODS: LazyLock<HashMap<String, Arc<Method>>> = LazyLock::new(|| {
    let ours = POOL.services().filter(|service| service.package_name().starts_with("azora."));
    let methods = ours.flat_map(|service| service.methods().collect::<Vec<_>>());
    methods.map(|method| Method::read(&method)).map(|method| (method.path.clone(), Arc::new(method))).collect()
});

/// The RPC behind a path of HTTP/2.
#[must_use]
pub fn method(path: &str) -> Option<Arc<Method>> {
    METHODS.get(path).cloned()
}

/// Every RPC of the packages of one service, by path.
#[must_use]
pub fn methods_of(package: &str) -> Vec<Arc<Method>> {
    let prefix = format!("/azora.{package}.");
    let mut found: Vec<_> = METHODS.values().filter(|method| method.path.starts_with(&prefix)).cloned().collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// What may be recorded of one kind of message.
struct Public {
    of: MessageDescriptor,
    fields: HashMap<u32, (String, Plain)>,
}

/// A field that is written down as it is read, without a description of the whole message: every change is recorded.
enum Plain {
    Text,
    Flag,
    Int,
    Long,
    Word(EnumDescriptor),
    Moment,
    /// Anything else.
    No,
}

/// By message. An option is decoded anew each time that it is asked for: too slow for every change.
static PUBLIC: LazyLock<HashMap<String, Public>> = LazyLock::new(|| {
    POOL.all_messages().map(|message| (message.full_name().to_owned(), Public::of(message))).collect()
});

/// A message of which a part is to be recorded.
pub struct State {
    name: String,
    bytes: Vec<u8>,
}

impl State {
    /// The message as it is now.
    pub fn of<M: Name>(message: &M) -> Self {
        Self { name: M::full_name(), bytes: message.encode_to_vec() }
    }

    /// The parts of it that may be recorded, as JSON: fields marked PUBLIC, messages among them as a whole.
    ///
    /// # Errors
    /// A message that is not in the contract, which is a bug.
    pub fn public_fields(&self) -> Result<Json> {
        let public = PUBLIC.get(&self.name);
        let public = public.ok_or_else(|| Error::internal(format!("{} is not in the contract", self.name)))?;
        let recorded = public.read(&self.bytes).transpose().unwrap_or_else(|| public.describe(&self.bytes));
        recorded.map_err(|error| Error::internal(format!("our own message does not decode: {error}")))
    }
}

impl Public {
    fn of(message: MessageDescriptor) -> Self {
        let public = message.fields().filter(|field| sensitivity(field) == Sensitivity::Public);
        let fields = public.map(|field| (field.number(), (field.json_name().to_owned(), Plain::of(&field)))).collect();
        Self { of: message, fields }
    }

    /// `None` if a field is not plain.
    fn read(&self, mut bytes: &[u8]) -> Result<Option<Json>, DecodeError> {
        let mut document = serde_json::Map::new();
        while !bytes.is_empty() {
            let (number, wire_type) = decode_key(&mut bytes)?;
            let Some((name, plain)) = self.fields.get(&number) else {
                skip_field(wire_type, number, &mut bytes, DecodeContext::default())?;
                continue;
            };
            let Some(value) = plain.read(wire_type, &mut bytes)? else { return Ok(None) };
            document.insert(name.clone(), value);
        }
        Ok(Some(Json::Object(document)))
    }

    /// The same for any message.
    fn describe(&self, bytes: &[u8]) -> Result<Json, DecodeError> {
        let mut message = DynamicMessage::decode(self.of.clone(), bytes)?;
        for field in self.of.fields().filter(|field| !self.fields.contains_key(&field.number())) {
            message.clear_field(&field);
        }
        Ok(serde_json::to_value(&message).unwrap_or_default())
    }
}

impl Plain {
    fn of(field: &FieldDescriptor) -> Self {
        match field.kind() {
            _ if field.is_list() || field.is_map() => Self::No,
            Kind::String => Self::Text,
            Kind::Bool => Self::Flag,
            Kind::Int32 => Self::Int,
            Kind::Int64 => Self::Long,
            Kind::Enum(words) => Self::Word(words),
            Kind::Message(message) if message.full_name() == Timestamp::full_name() => Self::Moment,
            _ => Self::No,
        }
    }

    fn read(&self, wire_type: WireType, bytes: &mut &[u8]) -> Result<Option<Json>, DecodeError> {
        let context = DecodeContext::default();
        Ok(Some(match self {
            Self::Text => {
                let mut text = String::new();
                encoding::string::merge(wire_type, &mut text, bytes, context)?;
                text.into()
            }
            Self::Flag => {
                let mut flag = false;
                encoding::bool::merge(wire_type, &mut flag, bytes, context)?;
                flag.into()
            }
            Self::Int | Self::Word(_) => {
                let mut number = 0;
                encoding::int32::merge(wire_type, &mut number, bytes, context)?;
                match self {
                    Self::Word(words) => {
                        words.get_value(number).map_or_else(|| number.into(), |word| word.name().into())
                    }
                    _ => number.into(),
                }
            }
            Self::Long => {
                let mut number = 0;
                encoding::int64::merge(wire_type, &mut number, bytes, context)?;
                number.to_string().into()
            }
            Self::Moment => {
                let mut moment = Timestamp::default();
                encoding::message::merge(wire_type, &mut moment, bytes, context)?;
                moment.to_string().into()
            }
            Self::No => return Ok(None),
        }))
    }
}

fn sensitivity(field: &FieldDescriptor) -> Sensitivity {
    let Some(extension) = POOL.get_extension_by_name("azora.common.v1.sensitivity") else { return Sensitivity::Secret };
    match field.options().get_extension(&extension).as_ref() {
        Value::EnumNumber(number) => Sensitivity::try_from(*number).unwrap_or(Sensitivity::Secret),
        _ => Sensitivity::Secret,
    }
}

fn access(method: &MethodDescriptor) -> Option<Access> {
    let extension = POOL.get_extension_by_name("azora.common.v1.access")?;
    let options = method.options();
    if !options.has_extension(&extension) {
        return None;
    }
    options.get_extension(&extension).as_message()?.transcode_to().ok()
}

fn no_side_effects(method: &MethodDescriptor) -> bool {
    let options = method.options();
    options.get_field_by_name("idempotency_level").is_some_and(|level| level.as_enum_number() == Some(1))
}

/// `CreateWallet` -> (`create`, `wallet`); a name of one word, such as `Login`, acts on a session of its own name.
fn verb_and_resource(name: &str) -> (String, String) {
    let words = words(name);
    match words.split_first() {
        Some((verb, [])) => (verb.clone(), verb.clone()),
        Some((verb, rest)) => (verb.clone(), rest.join("_")),
        None => (String::new(), String::new()),
    }
}

fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for letter in name.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() => word.push(letter),
            _ => words.push(letter.to_lowercase().collect()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    #[test]
    fn every_rpc_says_who_may_call_it() {
        assert!(!METHODS.is_empty());
        for method in METHODS.values() {
            let access = method.access.as_ref().unwrap_or_else(|| panic!("{} has no access option", method.path));
            assert!(!access.callers.is_empty(), "{} lets nobody in", method.path);
        }
    }

    #[test]
    fn what_is_recorded_is_the_same_whichever_way_it_is_read() {
        let mut read = 0;
        for (name, public) in PUBLIC.iter().filter(|(name, _)| name.starts_with("azora.")) {
            let mut message = DynamicMessage::new(public.of.clone());
            for field in public.of.fields().filter(|field| !field.is_list() && !field.is_map()) {
                let value = match field.kind() {
                    Kind::String => Value::String("ü \"1\"".to_owned()),
                    Kind::Bool => Value::Bool(true),
                    Kind::Int32 => Value::I32(-3),
                    Kind::Int64 => Value::I64(i64::MIN),
                    Kind::Enum(words) => Value::EnumNumber(words.values().last().map_or(0, |word| word.number())),
                    Kind::Message(inner) if inner.full_name() == Timestamp::full_name() => {
                        let mut moment = DynamicMessage::new(inner);
                        moment.set_field_by_name("seconds", Value::I64(1_767_225_600));
                        moment.set_field_by_name("nanos", Value::I32(123_456_000));
                        Value::Message(moment)
                    }
                    _ => continue,
                };
                message.set_field(&field, value);
            }
            let bytes = message.encode_to_vec();
            let described = public.describe(&bytes).expect("decodes");
            assert_eq!(public.read(&bytes).expect("decodes"), Some(described), "{name}");
            read += public.fields.len();
        }
        assert!(read > 100, "{read}");
    }

    #[test]
    fn a_message_with_more_than_plain_fields_is_described() {
        let public = &PUBLIC["azora.mint.v1.BatchTransferResponse"];
        let of = Public { of: public.of.clone(), fields: HashMap::from([(1, (String::new(), Plain::No))]) };
        assert_eq!(of.read(&[0x0a, 0]).expect("decodes"), None);
    }

    #[test]
    fn actions_follow_the_name_of_the_rpc() {
        let create = method("/azora.mint.v1.MintService/CreateWallet").expect("in the contract");
        assert_eq!((create.action.as_str(), create.resource.as_str()), ("mint.wallet.create", "wallet"));
        assert_eq!((create.mutates, create.request_id), (true, Some(1)));
        assert_eq!(create.file_name(), "create_wallet");
    }
}
