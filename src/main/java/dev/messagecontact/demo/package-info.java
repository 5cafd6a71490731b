/** Sample commands that show every outcome, and what came of them. The secret kept here: what a demonstration contains. */
@NullMarked
package dev.messagecontact.demo;

import org.jspecify.annotations.NullMarked;
