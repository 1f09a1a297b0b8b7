package dev.stoke.mesos;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.mesos.Protos.Credential;
import org.apache.mesos.Protos.FrameworkInfo;

/** What a framework hands to the constructor of its driver. */
public final class SchedulerOptions {
  final FrameworkInfo framework;
  final String master;
  final boolean implicitAcknowledgements;
  final Credential credential;

  /** The credential may be null. Blank user, hostname and principal are filled in. */
  public SchedulerOptions(FrameworkInfo framework, String master, boolean implicitAcknowledgements, Credential credential) {
    if (framework == null) throw new NullPointerException("A driver needs a FrameworkInfo, got null");
    if (master == null) throw new NullPointerException("A driver needs the address of a master, got null");
    this.framework = completed(framework, credential);
    this.master = master;
    this.implicitAcknowledgements = implicitAcknowledgements;
    this.credential = credential;
  }

  private static FrameworkInfo completed(FrameworkInfo framework, Credential credential) {
    FrameworkInfo.Builder builder = framework.toBuilder();
    if (framework.getUser().isEmpty()) builder.setUser(System.getProperty("user.name", ""));
    if (framework.getHostname().isEmpty()) builder.setHostname(ownHostname());
    // Spark takes the principal from a file as it is, newline and all; the master compares it with the credential's.
    String principal = framework.hasPrincipal() || credential == null ? framework.getPrincipal() : credential.getPrincipal();
    if (!principal.isEmpty()) builder.setPrincipal(principal.trim());
    return builder.buildPartial();
  }

  private static String ownHostname() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
