/** How fast the worker is. Hides the load, the processes that are compared, and what is read off them. */
@NullMarked
package dev.messagecontact.workshop.bench;

import org.jspecify.annotations.NullMarked;
