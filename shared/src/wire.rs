//! A request as bytes, split by field: what fingerprints, page tokens and the request id are read from, whatever the
//! message.

use std::collections::BTreeMap;

use bytes::Buf;
use prost::DecodeError;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

/// The raw bytes of each top-level field by its number, keys included, in the order they were written.
#[derive(Debug, Default)]
pub struct Fields(BTreeMap<u32, Vec<u8>>);

impl Fields {
    /// Splits the bytes of a message that prost has encoded.
    pub fn split(message: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = BTreeMap::<u32, Vec<u8>>::new();
        let mut rest = message;
        while rest.has_remaining() {
            let before = rest;
            let (number, wire_type) = decode_key(&mut rest)?;
            skip_field(wire_type, number, &mut rest, DecodeContext::default())?;
            fields.entry(number).or_default().extend_from_slice(&before[..before.len() - rest.len()]);
        }
        Ok(Self(fields))
    }

    /// Takes a text field out.
    pub fn take_text(&mut self, number: u32) -> String {
        let Some(raw) = self.0.remove(&number) else { return String::new() };
        let mut rest = raw.as_slice();
        let text = decode_key(&mut rest).ok().filter(|(_, kind)| *kind == WireType::LengthDelimited);
        let length = text.and_then(|_| decode_varint(&mut rest).ok()).and_then(|length| usize::try_from(length).ok());
        let bytes = length.and_then(|length| rest.get(..length)).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// Takes an `int32` field out.
    pub fn take_int(&mut self, number: u32) -> i64 {
        let Some(raw) = self.0.remove(&number) else { return 0 };
        let mut rest = raw.as_slice();
        let value = decode_key(&mut rest).ok().and_then(|_| decode_varint(&mut rest).ok()).unwrap_or_default();
        // An int32 below zero is sent as the 64-bit two's complement.
        i64::from_ne_bytes(value.to_ne_bytes())
    }

    /// What is left, by field number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        self.0.iter().map(|(number, raw)| (*number, raw.as_slice()))
    }

    /// What is left, in order of field number.
    pub fn concat(&self) -> Vec<u8> {
        self.0.values().flatten().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use proto::azora::mint::v1::ListWalletsRequest;

    use super::*;

    #[test]
    fn fields_are_taken_out_by_number() {
        let request = ListWalletsRequest { page_size: -7, page_token: "next".into(), user_id: "u".into() };
        let mut fields = Fields::split(&request.encode_to_vec()).expect("well-formed");
        assert_eq!((fields.take_int(1), fields.take_text(2)), (-7, "next".to_owned()));
        let rest = ListWalletsRequest { user_id: "u".into(), ..Default::default() };
        assert_eq!(fields.concat(), rest.encode_to_vec());
    }
}
