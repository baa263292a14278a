//! Where a call comes from: the peer's address, or what a trusted proxy says of it, and how the client calls itself.

use std::net::{IpAddr, SocketAddr};

use http::header::USER_AGENT;
use http::{Extensions, HeaderMap};
use ipnet::IpNet;
use tonic::transport::server::TcpConnectInfo;

/// Longest name of a client that is kept.
const AGENT_CHARACTERS_MAX: usize = 400;
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Where a call comes from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's address; `None` within the process.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub agent: Option<String>,
}

/// The proxies whose word on the client's address counts.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads addresses and networks, separated by commas.
    ///
    /// # Errors
    /// The first that is neither.
    pub fn read(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let network = |part: &str| {
            let network = part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_neither| format!("{part:?} is neither an address nor a network"))
        };
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// Reads where a request comes from. `x-forwarded-for` is read from its end, as long as proxies that are trusted wrote it.
    #[must_use]
    pub fn origin(&self, headers: &HeaderMap, extensions: &Extensions) -> Origin {
        let peer = extensions.get::<TcpConnectInfo>().and_then(TcpConnectInfo::remote_addr);
        let mut address = peer.as_ref().map(SocketAddr::ip);
        let said = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let mut hops: Vec<&str> = said.flat_map(|value| value.split(',')).collect();
        while let (Some(proxy), Some(hop)) = (address, hops.pop()) {
            if !self.trust(proxy) {
                break;
            }
            let Ok(before) = hop.trim().parse() else { break };
            address = Some(before);
        }
        let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let agent = agent.map(|agent| agent.chars().take(AGENT_CHARACTERS_MAX).collect());
        Origin { address: address.map(|address| address.to_canonical()), agent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(proxies: &str, peer: &str, forwarded: &str) -> String {
        let mut extensions = Extensions::new();
        let peer: IpAddr = peer.parse().expect("an address");
        extensions.insert(TcpConnectInfo { local_addr: None, remote_addr: Some(SocketAddr::new(peer, 1234)) });
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_FOR, forwarded.parse().expect("a header"));
        let origin = Proxies::read(proxies).expect("networks").origin(&headers, &extensions);
        origin.address.expect("an address").to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(seen("", "192.0.2.1", "198.51.100.7"), "192.0.2.1");
        assert_eq!(seen("10.0.0.0/8", "10.1.1.1", "198.51.100.7"), "198.51.100.7");
        assert_eq!(
            seen("10.0.0.0/8", "10.1.1.1", "203.0.113.9, 198.51.100.7"),
            "198.51.100.7",
            "what the client wrote itself"
        );
        assert_eq!(seen("10.0.0.0/8", "10.1.1.1", "198.51.100.7, 10.2.2.2"), "198.51.100.7", "two proxies in a row");
        assert_eq!(seen("10.0.0.0/8", "10.1.1.1", "nonsense"), "10.1.1.1");
        assert_eq!(seen("10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1"), "2001:db8::1");
    }

    #[test]
    fn a_network_that_is_none_is_named() {
        assert_eq!(
            Proxies::read("10.0.0.0/8, here").expect_err("refused"),
            "\"here\" is neither an address nor a network"
        );
    }
}
