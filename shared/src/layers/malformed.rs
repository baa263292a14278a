//! Bytes that are no message, or too many of them, or nested too deeply, are the caller's to mend: tonic calls them
//! INTERNAL or OUT_OF_RANGE.

use http::Response;
use tonic::body::Body;
use tonic::{Code, Status};

use crate::error::{Error, Refusal};

/// How tonic's codec begins the message of a request that does not decode.
const UNDECODABLE: &str = "failed to decode Protobuf message";
/// And of one that is longer than we take.
const TOO_LARGE: &str = "Error, decoded message length too large";

/// The answer, with INVALID_ARGUMENT in place of what tonic says where the request did not decode.
pub fn judged(response: Response<Body>) -> Response<Body> {
    let Some(status) = Status::from_header_map(response.headers()) else { return response };
    let (reason, message) = match status.code() {
        Code::Internal if status.message().starts_with(UNDECODABLE) => (
            "MESSAGE_MALFORMED",
            "the request is not a message of this RPC, or is nested more than 100 levels deep".to_owned(),
        ),
        Code::OutOfRange if status.message().starts_with(TOO_LARGE) => {
            let sizes = status.message().rsplit_once("too large: ").map_or("", |(_, sizes)| sizes);
            ("MESSAGE_TOO_LARGE", format!("the request is too large: {sizes}"))
        }
        _ => return response,
    };
    let refused: Error = Refusal::new(Code::InvalidArgument, reason, message).into();
    Status::from(refused).into_http()
}
