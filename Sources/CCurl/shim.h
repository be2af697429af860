#include <curl/curl.h>

// Swift cannot call functions with variable arguments.

static inline CURLcode submitwatch_curl_text(CURL *curl, CURLoption option, const char *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode submitwatch_curl_number(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode submitwatch_curl_pointer(CURL *curl, CURLoption option, void *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode submitwatch_curl_writer(CURL *curl, curl_write_callback writer) {
  return curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, writer);
}

static inline CURLcode submitwatch_curl_header_writer(CURL *curl, curl_write_callback writer) {
  return curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, writer);
}

static inline CURLcode submitwatch_curl_reader(CURL *curl, curl_read_callback reader) {
  return curl_easy_setopt(curl, CURLOPT_READFUNCTION, reader);
}

static inline CURLcode submitwatch_curl_progress(CURL *curl, curl_xferinfo_callback progress) {
  return curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, progress);
}

static inline curl_off_t submitwatch_curl_offset(CURL *curl, CURLINFO info) {
  curl_off_t value = 0;
  curl_easy_getinfo(curl, info, &value);
  return value;
}

// NULL where there is none; libcurl's as long as the transfer is.
static inline const char *submitwatch_curl_word(CURL *curl, CURLINFO info) {
  char *value = NULL;
  curl_easy_getinfo(curl, info, &value);
  return value;
}

static inline long submitwatch_curl_info(CURL *curl, CURLINFO info) {
  long value = 0;
  curl_easy_getinfo(curl, info, &value);
  return value;
}
