//! Encrypted connections to servers that prove who they are.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::fault;
use crate::open::OpenError;

/// What encrypts connections: it trusts this authority alone, or else those that the system trusts. A server's certificate
/// must be signed by one of them, be valid today, and name the host of the address.
pub(crate) fn connector(authority: Option<&str>) -> Result<MakeRustlsConnect, OpenError> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = authority {
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            roots.add(certificate.map_err(|_| OpenError::Authority)?).map_err(|_| OpenError::Authority)?;
        }
        if roots.is_empty() {
            return Err(OpenError::Authority);
        }
    } else {
        // A system without any trusts no server, and says so when one is connected to.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| OpenError::Server { source: Box::new(fault::Link(error.to_string())) })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
