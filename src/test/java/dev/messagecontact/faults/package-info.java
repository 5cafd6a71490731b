/** What {@code ops/faults.md} promises, each shown by a test. */
package dev.messagecontact.faults;
