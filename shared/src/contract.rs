//! What the `.proto` files say about each RPC, read once from the embedded descriptors: who may call it, whether it
//! changes anything, and which of its fields carry a meaning of their own.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor, ReflectMessage, Value};
use proto::azora::common::v1::{Access, Caller, Sensitivity};

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

/// The parts of a message that may be recorded: fields marked PUBLIC, and messages within fields of their own.
#[must_use]
pub fn public_fields(message: &DynamicMessage) -> serde_json::Value {
    /// Numbers, by message. An option is decoded anew each time that it is asked for: too slow for every change.
    static PUBLIC: LazyLock<HashMap<String, HashSet<u32>>> = LazyLock::new(|| {
        let public = |message: MessageDescriptor| {
            let fields = message.fields().filter(|field| sensitivity(field) == Sensitivity::Public);
            (message.full_name().to_owned(), fields.map(|field| field.number()).collect())
        };
        POOL.all_messages().map(public).collect()
    });
    let mut kept = DynamicMessage::new(message.descriptor());
    let public = PUBLIC.get(message.descriptor().full_name());
    for (field, value) in message.fields() {
        if public.is_some_and(|public| public.contains(&field.number())) {
            kept.set_field(&field, value.clone());
        }
    }
    serde_json::to_value(&kept).unwrap_or_default()
}

fn sensitivity(field: &prost_reflect::FieldDescriptor) -> Sensitivity {
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
    fn actions_follow_the_name_of_the_rpc() {
        let create = method("/azora.mint.v1.MintService/CreateWallet").expect("in the contract");
        assert_eq!((create.action.as_str(), create.resource.as_str()), ("mint.wallet.create", "wallet"));
        assert_eq!((create.mutates, create.request_id), (true, Some(1)));
        assert_eq!(create.file_name(), "create_wallet");
    }
}
