/**
 * The real Apache Kafka broker and the real database (MariaDB, MySQL's protocol), from package
 * repositories and without a container engine: as the single-machine edition runs them, and as the
 * tests of the services start and stop them. Everything listens on loopback only.
 */
package huafang.servers;
