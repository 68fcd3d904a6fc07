//! Encrypted connections: to servers that prove who they are, and to no others.
#![cfg(feature = "tls")]

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use office_core::wait;
    use office_postgres::{OpenError, Options, PostgresStore};
    use office_scratch::Scratch;
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use tokio_postgres::NoTls;

    type Authority = CertifiedIssuer<'static, KeyPair>;

    fn authority() -> Authority {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    /// Has the server encrypt, with a certificate of this authority that names this host, and take nothing else.
    fn encrypt(scratch: &Scratch, authority: &Authority, host: &str) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([host.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, authority).unwrap();
        let write = |name: &str, text: &str| {
            let lines = text.trim().replace('\n', "|");
            format!("COPY (SELECT unnest(string_to_array('{lines}', '|'))) TO PROGRAM 'umask 077; cat >{name}'")
        };
        let statements = [
            write("server.key", &key.serialize_pem()),
            write("server.crt", &certificate.pem()),
            write("pg_hba.conf", "hostssl all all 127.0.0.1/32 trust"),
            "ALTER SYSTEM SET ssl = on".to_owned(),
            "SELECT pg_reload_conf()".to_owned(),
        ];
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(scratch.url(), NoTls).await.unwrap();
            drop(tokio::spawn(connection));
            for statement in statements {
                client.batch_execute(&statement).await.unwrap();
            }
        });
    }

    fn open(url: &str, options: &Options) -> Result<PostgresStore, OpenError> {
        wait(PostgresStore::connect_with(url, options.clone()))
    }

    /// Why it is refused, in all words that there are.
    fn refusal(url: &str, options: &Options) -> String {
        format!("{:?}", open(url, options).expect_err("it is refused"))
    }

    #[test]
    fn only_a_server_that_proves_who_it_is_is_spoken_to() {
        let Some(scratch) = Scratch::crashable() else { return };
        let hasty = scratch.options().with_patience(Duration::from_millis(300));
        let (ours, other) = (authority(), authority());
        let trusting = hasty.clone().with_authority(ours.pem());

        // As long as the server does not encrypt: whoever insists goes without, whoever does not gets in.
        let required = format!("{}?sslmode=require", scratch.url());
        assert!(refusal(&required, &hasty).contains("does not support TLS"));
        assert!(refusal(scratch.url(), &trusting).contains("does not support TLS"));
        assert!(open(scratch.url(), &scratch.options()).is_ok());

        encrypt(&scratch, &ours, "127.0.0.1");
        // The server needs a moment to read its files again.
        assert!((0..600).any(|_| open(scratch.url(), &trusting).is_ok()), "its authority is trusted");
        // Nobody on this machine knows the authority, and another one did not sign. Neither gets any better by waiting.
        let patient = scratch.options().with_patience(Duration::from_hours(1));
        assert!(refusal(&required, &patient).contains("UnknownIssuer"));
        assert!(refusal(scratch.url(), &patient.clone().with_authority(other.pem())).contains("certificate"));
        // Signed, but for another host.
        let elsewhere = scratch.url().replace("127.0.0.1", "localhost");
        assert!(refusal(&elsewhere, &patient.with_authority(ours.pem())).contains("not valid for name"));
        // The server takes no plain connections any more.
        let plain = format!("{}?sslmode=disable", scratch.url());
        assert!(refusal(&plain, &hasty).contains("no encryption"));
        for none in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            let refused = open(scratch.url(), &hasty.clone().with_authority(none));
            assert!(matches!(refused, Err(OpenError::Authority)), "{none}");
        }
    }
}
