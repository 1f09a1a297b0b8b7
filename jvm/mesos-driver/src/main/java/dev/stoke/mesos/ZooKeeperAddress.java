package dev.stoke.mesos;

/** The parts of {@code zk://[user:password@]host1[:port],host2[:port]/path}. */
final class ZooKeeperAddress {
  final String servers;
  final String path;
  /** {@code user:password} for ZooKeeper's digest scheme, or null. */
  final String digest;

  private ZooKeeperAddress(String servers, String path, String digest) {
    this.servers = servers;
    this.path = path;
    this.digest = digest;
  }

  static ZooKeeperAddress parse(String text) {
    String rest = text.substring("zk://".length());
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "" : rest.substring(slash);
    while (path.endsWith("/")) path = path.substring(0, path.length() - 1);
    int at = authority.lastIndexOf('@');
    String servers = authority.substring(at + 1);
    if (servers.isEmpty() || path.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected an address like 'zk://host1:2181,host2:2181/mesos', got 'zk://" + servers + path + "'");
    }
    return new ZooKeeperAddress(servers, path, at < 0 ? null : authority.substring(0, at));
  }

  /** The class behind it is the only one that needs ZooKeeper on the class path. */
  MasterDetector open(Settings settings) {
    return new ZooKeeperDetector(this, settings.millis("zookeeper.timeout.ms", 10_000));
  }

  @Override
  public String toString() {
    return "zk://" + servers + path;
  }
}
