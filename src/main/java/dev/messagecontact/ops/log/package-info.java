/** What the log leaves out: repeated lines, and noise at shutdown. It may not know who logs. */
@NullMarked
package dev.messagecontact.ops.log;

import org.jspecify.annotations.NullMarked;
