/**
 * One form sent so that its progress can be told: fetch cannot. Answers as
 * request does, and throws only when it is aborted.
 */
export function upload(address, form, signal, progress) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", address);
    xhr.setRequestHeader("Accept", "text/html");
    xhr.setRequestHeader("HX-Request", "true");
    xhr.upload.addEventListener("progress", ({ loaded, total }) => total && progress(loaded / total));
    xhr.addEventListener("load", () => resolve(answer(xhr)));
    for (const failure of ["error", "timeout"]) xhr.addEventListener(failure, () => resolve({ status: 0, ok: false, text: "", retryAfter: 0 }));
    xhr.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    signal?.addEventListener("abort", () => xhr.abort());
    xhr.send(form);
  });
}

function answer(xhr) {
  const seconds = Number(xhr.getResponseHeader("Retry-After"));
  const ok = xhr.status >= 200 && xhr.status < 300;
  return { status: xhr.status, ok, text: xhr.responseText, retryAfter: Number.isFinite(seconds) ? seconds * 1000 : 0 };
}
