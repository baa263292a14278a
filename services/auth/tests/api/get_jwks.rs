use proto::azora::auth::v1::GetJwksRequest;

use crate::{auth, start};

#[tokio::test]
async fn anybody_may_read_the_public_keys() {
    let service = start().await;
    let keys = auth(&service.stranger()).get_jwks(GetJwksRequest {}).await.unwrap().into_inner().keys;
    assert_eq!(keys.len(), 1);
    let key = &keys[0];
    assert_eq!((key.kty.as_str(), key.crv.as_str(), key.alg.as_str(), key.x.len()), ("OKP", "Ed25519", "EdDSA", 43));
}
