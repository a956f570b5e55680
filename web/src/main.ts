document.body.textContent = "Falconet";
