#include "uploader/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "base/version.h"

namespace dwell::uploader {
namespace {

/// A receipt has 150 bytes, a refusal a little more. What a captive portal sends needs no more either.
constexpr std::size_t kAnswerBytes = 16 * 1024;

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

/// Keeps the beginning of the answer's body; the rest is read and dropped.
std::size_t keep(char* bytes, std::size_t, std::size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  body.append(bytes, std::min(count, kAnswerBytes - body.size()));
  return count;
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

CurlTransport::CurlTransport(const std::atomic<bool>& stop, CurlLimits limits)
    : handle_(std::make_unique<Handle>()), stop_(stop), limits_(limits) {}
CurlTransport::~CurlTransport() = default;

tl::expected<HttpAnswer, NoAnswer> CurlTransport::post(const HttpRequest& request) {
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
  handle.set(CURLOPT_FOLLOWLOCATION, 0L);
  handle.set(CURLOPT_SSL_VERIFYPEER, 1L);
  handle.set(CURLOPT_SSL_VERIFYHOST, 2L);
  handle.set(CURLOPT_USERAGENT, (std::string("Dwell/") + kVersion).c_str());
  handle.set(CURLOPT_HTTPHEADER, headers.first);
  handle.set(CURLOPT_POST, 1L);
  handle.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  handle.set(CURLOPT_POSTFIELDS, request.body.data());
  handle.set(CURLOPT_WRITEFUNCTION, &keep);
  handle.set(CURLOPT_WRITEDATA, &answer.body);
  handle.set(CURLOPT_NOPROGRESS, 0L);
  handle.set(CURLOPT_XFERINFOFUNCTION, &stopIfAsked);
  handle.set(CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&stop_));
  handle.set(CURLOPT_NOSIGNAL, 1L);
  handle.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.connect.count()));
  handle.set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.total.count()));
  handle.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  handle.set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits_.stall.count() / 1'000));
  handle.set(CURLOPT_ERRORBUFFER, reason.data());

  const CURLcode code = curl_easy_perform(handle.curl);
  if (code != CURLE_OK) {
    const char* text = reason[0] != '\0' ? reason.data() : curl_easy_strerror(code);
    return tl::unexpected<NoAnswer>({text, code == CURLE_ABORTED_BY_CALLBACK, static_cast<int>(code)});
  }
  long status = 0;
  curl_off_t retryAfterS = 0;
  curl_easy_getinfo(handle.curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle.curl, CURLINFO_RETRY_AFTER, &retryAfterS);
  answer.status = static_cast<int>(status);
  if (retryAfterS > 0) answer.retryAfter = std::chrono::seconds(retryAfterS);
  return answer;
}

}  // namespace dwell::uploader
