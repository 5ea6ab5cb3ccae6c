#include "base/settings.h"

namespace dwell {

std::string_view defaultConfigText() {
  return R"(# Dwell's settings. Every key stands here with its default; remove the "# " of a line to change it.
# A pattern is a URL in which * stands for any text: "https://shop.example/cart*", "https://*.example/*" (the
# hosts below a domain and the domain itself), "shop.example" (all its pages, http and https).

[measure]
# Without input for this many seconds a page no longer counts as actively used.
# One of 1 2 3 5 10 15 30 60 120 180 300 900. All of them are recorded; this one is shown and reported first.
# idle_threshold_s = 15
# A pause of this many minutes ends a session.
# session_pause_min = 30

[scope]
# What is kept: "histograms" (counts only: no address, no row per visit), "origins" (visits too, of whose addresses
# only scheme and host are kept) or "visits" (with as much of their addresses as url_detail says).
# level = "visits"
# How much of a URL is kept: "full", "without_query", "origin" or "keyed_hash" (hashes of site, host and of what
# "without_query" keeps; their key is in the file hash.key beside the store). User, password and #fragment are
# always cut. Unless all is kept, parts of the path that look like e-mail addresses or tokens are [masked].
# url_detail = "without_query"
# Parameters of the query that are kept where the rest of it is cut: ["variant"].
# keep_parameters = []
# What is kept of the words of a search: "off", "keyed_hash" or "full". A full URL has them in its query.
# search_words = "off"
# Pages that are recorded; with none named, all are.
# include = []
# Pages that are not recorded, even if they are included. Only their total of attention is kept.
# exclude = []

[page_groups]
# Groups of pages that get histograms of their own, by name. Every page is in the group "all" as well:
# checkout = ["https://shop.example/cart*", "https://shop.example/pay*"]

[experiment]
# Nothing is recorded after this day or moment (UTC): "2026-12-31", "2026-12-31T18:00:00Z". "": without end.
# end = ""
# Nothing is recorded any more.
# stopped = false
# On a machine that several people use: each of them agrees for themselves, and nothing is recorded while nobody
# who has agreed is named by dwellctl participant.
# consent_per_participant = false

[upload]
# The first report goes this many seconds after the start, later ones with this many minutes between.
# first_after_s = 60
# interval_min = 30
# Sealed reports that are kept, those that were delivered too: beyond it the oldest go. What had not been delivered
# yet is counted as a loss. By age only if days are given here (0: never): a clock set forward would empty the outbox.
# outbox_megabytes = 100
# outbox_days = 0
# An attempt is given up, and tried again later, when the collector can't be reached for this many seconds, when
# no byte moves for so many, and when it has taken so many in all.
# connect_timeout_s = 15
# stall_timeout_s = 30
# total_timeout_s = 300

[retention]
# Visits, searches and log-ins are removed when they began more than this many local days ago; 0: never. What an
# enrolled machine has not reported yet waits. Histograms, coverage and losses are counts, and stay.
# days = 0
# Beyond this many megabytes (of 1,000,000 bytes) the oldest days are removed, unreported ones too; 0: no limit.
# megabytes = 0

[log]
# "debug", "info", "warning" or "error".
# level = "info"
)";
}

}  // namespace dwell
