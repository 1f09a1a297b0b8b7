package dev.stoke.mesos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Base64;
import org.apache.mesos.Protos.Credential;

/** The value of the Authorization header: a bearer token, else principal and secret, else nothing. */
final class Authorization {
  private final String tokenFile;
  private final String fixed;

  private Authorization(String tokenFile, String fixed) {
    this.tokenFile = tokenFile;
    this.fixed = fixed;
  }

  /** For a master. Files of secrets tend to end in a newline: it is no part of the secret. */
  static Authorization ofFramework(Credential credential, Settings settings) {
    String file = settings.text("token.file");
    if (file != null || credential == null) return new Authorization(file, null);
    String pair = credential.getPrincipal().trim() + ":" + credential.getSecret().trim();
    String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return new Authorization(null, "Basic " + encoded);
  }

  /** For an agent that handed its executor a token. */
  static Authorization ofToken(String token) {
    return new Authorization(null, token == null || token.trim().isEmpty() ? null : "Bearer " + token.trim());
  }

  /** Reads a token file anew, since such tokens are rotated; null when nothing is to be sent. */
  String header() throws IOException {
    if (tokenFile == null) return fixed;
    return "Bearer " + new String(Files.readAllBytes(Paths.get(tokenFile)), StandardCharsets.UTF_8).trim();
  }
}
