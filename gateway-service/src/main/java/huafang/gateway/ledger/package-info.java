/** Asks the storage service: jobs that no replica follows any more, stored pictures, and keys. */
package huafang.gateway.ledger;
