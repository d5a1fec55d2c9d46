/**
 * Pictures and the ledger in MySQL. Records come in through {@link huafang.storage.PictureConsumer}
 * and {@link huafang.storage.EventConsumer}, are read as messages, and are written in a transaction
 * that is repeated until it is committed; every statement may be repeated and only moves things
 * forward. The gateway reads through the resources.
 */
package huafang.storage;
