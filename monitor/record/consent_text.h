#pragma once

#include <string_view>

namespace dwell::monitor {

/// What a person agrees to; the window and `dwellctl consent` show it. A consent is bound to its SHA-256, so
/// a changed text asks anew. Plain text, a paragraph a line.
inline constexpr std::string_view kConsentText =
    R"(Dwell measures how web pages are used on this machine, for research on search engines.

What is recorded: the addresses of the pages that are visited in browsers with the Dwell extension, when, for how long each was looked at and used, how it was reached, and counts of mouse moves, buttons, keys and scrolls on it. The query of an address is left out unless the experiment's settings say otherwise; user names, passwords and fragments in an address always are.
What is never recorded: what is typed (keys are only counted, by class), passwords, contents of pages and forms, the clipboard, pictures of the screen, private windows, and anything outside the browser but that the machine is in use.

Where it stays: in a database in your own home folder, which you can read. It is sent to a research server only if this machine was enrolled in an experiment, and every report that is sent can be read here.
You can pause recording at any time, and withdraw this consent: then recording stops at once.
)";

}  // namespace dwell::monitor
