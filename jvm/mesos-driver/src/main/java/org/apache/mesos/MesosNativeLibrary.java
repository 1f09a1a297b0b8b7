package org.apache.mesos;

/**
 * Stands in for the loader of Mesos's native library: these drivers need none, so loading does nothing.
 * Code that asks for the native parts themselves (the replicated log, the state store) does not work.
 */
public class MesosNativeLibrary {
  /** The version of the API that the classes around this one have. */
  public static final String VERSION = "1.4.3";

  /** Does nothing. */
  public static void load() {}

  /** Does nothing, wherever the library is said to be. */
  public static void load(String path) {}

  /** The version of the API, as there is no library to ask. */
  public static Version version() {
    return new Version(1, 4, 3);
  }

  /** A version in three parts. */
  public static class Version implements Comparable<Version> {
    public final long major;
    public final long minor;
    public final long patch;

    public Version(long major, long minor, long patch) {
      if (major < 0 || minor < 0 || patch < 0) throw new IllegalArgumentException("Expected no part of a version to be negative");
      this.major = major;
      this.minor = minor;
      this.patch = patch;
    }

    public Version(long major, long minor) {
      this(major, minor, 0);
    }

    public Version(long major) {
      this(major, 0, 0);
    }

    public boolean before(Version other) {
      return compareTo(other) < 0;
    }

    public boolean after(Version other) {
      return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Version other) {
      int byMajor = Long.compare(major, other.major);
      int byMinor = Long.compare(minor, other.minor);
      return byMajor != 0 ? byMajor : byMinor != 0 ? byMinor : Long.compare(patch, other.patch);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Version && compareTo((Version) other) == 0;
    }

    public boolean equals(Version other) {
      return other != null && compareTo(other) == 0;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(major * 31 * 31 + minor * 31 + patch);
    }
  }
}
