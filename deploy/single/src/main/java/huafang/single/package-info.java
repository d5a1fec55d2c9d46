/**
 * The single-machine edition. {@link huafang.single.Main} checks the machine, starts the broker,
 * the database and the four services as child processes with their logs under {@code var/log},
 * starts again what dies, and ends all of it on Ctrl-C. State lives under {@code var/} and nowhere
 * else.
 */
package huafang.single;
