//! Bytes that are no message, or one nested too deeply, are the caller's to mend: tonic calls them INTERNAL.

use http::Response;
use tonic::body::Body;
use tonic::{Code, Status};

use crate::error::{Error, Refusal};

/// How tonic's codec begins the message of a request that does not decode.
const UNDECODABLE: &str = "failed to decode Protobuf message";

/// The answer, with INVALID_ARGUMENT in place of INTERNAL where the request did not decode.
pub fn judged(response: Response<Body>) -> Response<Body> {
    let Some(status) = Status::from_header_map(response.headers()) else { return response };
    if status.code() != Code::Internal || !status.message().starts_with(UNDECODABLE) {
        return response;
    }
    let message = "the request is not a message of this RPC, or is nested more than 100 levels deep";
    let refused: Error = Refusal::new(Code::InvalidArgument, "MESSAGE_MALFORMED", message).into();
    Status::from(refused).into_http()
}
