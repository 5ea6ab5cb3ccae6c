#include "uploader/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/version.h"
#include "uploader/curl_errors.h"

namespace dwell::uploader {
namespace {

/// A receipt has 150 bytes, a refusal a little more, an experiment's settings some KiB. Whoever sends more is
/// no collector.
constexpr std::size_t kAnswerBytes = 256 << 10;

/// Longer than anybody waits; keeps what a collector says from overflowing.
constexpr curl_off_t kFarAwayS = 365 * 86'400;

struct GlobalCurl {
  GlobalCurl() {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl cannot start");
  }
  ~GlobalCurl() { curl_global_cleanup(); }
};

struct HeaderList {
  curl_slist* first = nullptr;
  ~HeaderList() { curl_slist_free_all(first); }
  void add(const std::string& line) {
    curl_slist* longer = curl_slist_append(first, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    first = longer;
  }
};

/// Keeps the beginning of the answer's body; ends the transfer where that is full.
std::size_t keep(char* bytes, std::size_t, std::size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  const std::size_t room = std::min(count, kAnswerBytes - body.size());
  body.append(bytes, room);
  return room;
}

std::optional<std::int64_t> revisionIn(CURL* curl) {
  curl_header* header = nullptr;
  if (curl_easy_header(curl, "Dwell-Experiment-Revision", 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
    return {};
  const std::string_view text(header->value);
  std::int64_t revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (error != std::errc{} || end != text.data() + text.size() || revision < 1) return {};
  return revision;
}

int stopIfAsked(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

}  // namespace

struct CurlTransport::Handle {
  Handle() {
    static const GlobalCurl global;
    curl = curl_easy_init();
    if (curl == nullptr) throw std::runtime_error("libcurl cannot make a handle");
  }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(curl, option, value) != CURLE_OK) {
      throw std::runtime_error("libcurl lacks an option that is needed");
    }
  }

  CURL* curl = nullptr;
};

CurlTransport::CurlTransport(const std::atomic<bool>& stop, CurlLimits limits,
                             std::vector<monitor::OwnRoots> roots)
    : handle_(std::make_unique<Handle>()), stop_(stop), limits_(limits), roots_(std::move(roots)) {}
CurlTransport::~CurlTransport() = default;

void CurlTransport::secure(const std::string& url) {
  Handle& handle = *handle_;
  handle.set(CURLOPT_SSL_VERIFYPEER, 1L);
  handle.set(CURLOPT_SSL_VERIFYHOST, 2L);
  handle.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  for (const auto& [origin, pem] : roots_) {
    if (url.compare(0, origin.size() + 1, origin + "/") != 0) continue;
    curl_blob own{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_NOCOPY};
    handle.set(CURLOPT_CAINFO_BLOB, &own);
    handle.set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
}

tl::expected<HttpAnswer, NoAnswer> CurlTransport::exchange(const HttpRequest& request) {
  Handle& handle = *handle_;
  curl_easy_reset(handle.curl);  // keeps the connection
  HeaderList headers;
  for (const auto& [name, value] : request.headers) headers.add(name + ": " + value);
  headers.add("Expect:");  // no waiting for "100 Continue"
  HttpAnswer answer;
  std::array<char, CURL_ERROR_SIZE> reason{};

  const bool plain = request.url.compare(0, 7, "http://") == 0;
  handle.set(CURLOPT_URL, request.url.c_str());
  handle.set(CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
  if (plain) handle.set(CURLOPT_PROXY, "");  // loopback: the token goes through nobody else's hands
  handle.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  handle.set(CURLOPT_FOLLOWLOCATION, 0L);
  secure(request.url);
  handle.set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // none of ours for a proxy
  handle.set(CURLOPT_USERAGENT, (std::string("Dwell/") + kVersion).c_str());
  handle.set(CURLOPT_HTTPHEADER, headers.first);
  switch (request.method) {
    case Method::kGet:
      handle.set(CURLOPT_HTTPGET, 1L);
      break;
    case Method::kDelete:
      handle.set(CURLOPT_CUSTOMREQUEST, "DELETE");
      break;
    case Method::kPost:
      handle.set(CURLOPT_POST, 1L);
      handle.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      handle.set(CURLOPT_POSTFIELDS, request.body.data());
      break;
  }
  handle.set(CURLOPT_WRITEFUNCTION, &keep);
  handle.set(CURLOPT_WRITEDATA, &answer.body);
  handle.set(CURLOPT_NOPROGRESS, 0L);
  handle.set(CURLOPT_XFERINFOFUNCTION, &stopIfAsked);
  handle.set(CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&stop_));
  handle.set(CURLOPT_NOSIGNAL, 1L);
  handle.set(CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a name server
  handle.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.connect.count()));
  handle.set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.total.count()));
  handle.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  handle.set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits_.stall.count() / 1'000));
  handle.set(CURLOPT_ERRORBUFFER, reason.data());

  const CURLcode code = curl_easy_perform(handle.curl);
  // Its end is not wanted.
  const bool tooLong = code == CURLE_WRITE_ERROR && answer.body.size() == kAnswerBytes;
  if (code != CURLE_OK && !tooLong) {
    long verify = 0;
    curl_easy_getinfo(handle.curl, CURLINFO_SSL_VERIFYRESULT, &verify);
    const std::string words = reason[0] != '\0' ? reason.data() : curl_easy_strerror(code);
    return tl::unexpected<NoAnswer>(
        {explained({code, verify, words}), code == CURLE_ABORTED_BY_CALLBACK, static_cast<int>(code)});
  }
  long status = 0;
  curl_off_t retryAfterS = 0;
  curl_easy_getinfo(handle.curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle.curl, CURLINFO_RETRY_AFTER, &retryAfterS);
  answer.status = static_cast<int>(status);
  if (retryAfterS > 0) answer.retryAfter = std::chrono::seconds(std::min<curl_off_t>(retryAfterS, kFarAwayS));
  answer.revision = revisionIn(handle.curl);
  return answer;
}

}  // namespace dwell::uploader
