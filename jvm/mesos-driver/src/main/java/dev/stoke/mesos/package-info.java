/**
 * Mesos's scheduler and executor drivers in plain Java over the v1 HTTP APIs, behind the classes of
 * {@code org.apache.mesos} that normally load a native library.
 *
 * <p>Reading order: {@link dev.stoke.mesos.SchedulerDriverCore} (what a framework may call),
 * {@code EventStream} (one subscription, kept up), {@code CallSender} (everything sent besides), {@code
 * EventLoop} (the only thread that runs callbacks). No lock is ever held while a callback runs.
 */
package dev.stoke.mesos;
