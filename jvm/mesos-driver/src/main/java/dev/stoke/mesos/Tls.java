package dev.stoke.mesos;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** TLS with the authorities of a PEM file, or with Java's own settings when none is named. */
final class Tls {
  private Tls() {}

  /** The file may be null. A client certificate comes from Java's usual {@code javax.net.ssl.keyStore*} properties either way. */
  static SSLSocketFactory socketFactory(String caFile) throws IOException {
    if (caFile == null) return (SSLSocketFactory) SSLSocketFactory.getDefault();
    try {
      TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities(caFile));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(ownKeys(), trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new IOException("cannot use the certificates in '" + caFile + "': " + e.getMessage(), e);
    }
  }

  private static KeyStore authorities(String caFile) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = new FileInputStream(caFile)) {
      int count = 0;
      for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + count++, certificate);
      }
      if (count == 0) throw new IOException("the file holds no certificate");
    }
    return store;
  }

  private static KeyManager[] ownKeys() throws GeneralSecurityException, IOException {
    String file = System.getProperty("javax.net.ssl.keyStore");
    if (file == null || file.isEmpty()) return null;
    char[] password = System.getProperty("javax.net.ssl.keyStorePassword", "").toCharArray();
    KeyStore store = KeyStore.getInstance(System.getProperty("javax.net.ssl.keyStoreType", KeyStore.getDefaultType()));
    try (InputStream in = new FileInputStream(file)) {
      store.load(in, password);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    return keys.getKeyManagers();
  }
}
